// Bundles the studio into net2fig/studio/static and the views into net2fig/html/static, or both into
// folders that are named. The same sources give the same bytes.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";

const target = process.argv[2] ?? "../net2fig/studio/static";
const views = process.argv[3] ?? "../net2fig/html/static";
await mkdir(target, { recursive: true });
await mkdir(views, { recursive: true });
const common = {
  bundle: true,
  minify: true,
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
};
await build({
  ...common,
  entryPoints: ["src/studio.tsx", "src/text.ts"],
  outdir: target,
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
});

// One file for pages, which have no modules beside them, and for notebooks, which import it.
await build({
  ...common,
  entryPoints: ["src/parts/parts.ts"],
  outdir: views,
  format: "iife",
  globalName: "net2fig",
});
for (const name of ["page.css", "parts.css"]) {
  await copyFile(`src/parts/${name}`, `${views}/${name}`);
}

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
