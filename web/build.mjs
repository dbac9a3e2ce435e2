// Bundles the page into net2fig/studio/static. The same sources give the same bytes.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";

const target = process.argv[2] ?? "../net2fig/studio/static";
await mkdir(target, { recursive: true });
await build({
  entryPoints: ["src/studio.tsx", "src/text.ts"],
  outdir: target,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  logLevel: "warning",
});
for (const name of ["index.html", "studio.css", "icon.svg"]) {
  await copyFile(`src/${name}`, `${target}/${name}`);
}

// The licences of what is bundled.
const packages = Object.keys(JSON.parse(await readFile("package-lock.json", "utf8")).packages)
  .filter((path) => /node_modules\/(preact|@preact|@codemirror|@lezer|@marijn|style-mod|crelt|w3c-keyname)/.test(path))
  .sort();
const texts = [];
for (const path of packages) {
  const files = await readdir(path);
  const file = files.find((name) => /^licen[cs]e/i.test(name));
  const name = path.replace("node_modules/", "");
  texts.push(`${name}\n\n${file ? (await readFile(`${path}/${file}`, "utf8")).trim() : ""}`);
}
await writeFile(`${target}/LICENSES.txt`, `${texts.join("\n\n----\n\n")}\n`);
