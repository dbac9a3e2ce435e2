// The options of the page, made from the schema of grouping files; each says what sets it.

import { set, settings, welcome } from "./state";
import type { Schema } from "./wire";

const PAGE = ["title", "width", "height", "palette", "font", "mono", "legend", "background", "placeholders", "layout", "glyphs", "direction"];
const NETWORK = ["detail", "split", "repeats", "match"];
const SECTIONS: [string, string][] = [["glyph", "Glyphs"], ["space", "Space"], ["text", "Text"], ["line", "Lines"]];

function schemaOf(path: string[]): Schema {
  const all = welcome.value?.catalogue.schema;
  const [first, ...rest] = path;
  let found = first === "page" ? all?.$defs?.page : all?.properties?.[first];
  for (const step of rest) found = found?.properties?.[step];
  return found ?? {};
}

function parse(text: string): unknown {
  const numbers = text.trim().split(/[\s,–]+/).map(Number);
  if (text.trim() && numbers.every((each) => Number.isFinite(each))) return numbers.length > 1 ? numbers : numbers[0];
  return text.trim();
}

/** One option: its control, and what sets it. */
function Option({ path, title }: { path: string; title?: string }) {
  const steps = path.split(".");
  const schema = schemaOf(steps);
  // Settings name the keys of a template without the word `page`, which the file puts before them.
  const key = steps[0] === "page" && steps.length > 2 ? steps.slice(1).join(".") : path;
  const [value, from] = settings.value[key] ?? [undefined, ""];
  const choices = path === "palette" ? welcome.value?.catalogue.palettes : schema.enum;
  const isWritten = /net2fig\.toml|, line \d+/.test(from) && !from.startsWith("templates/");
  const isSwitch = schema.type === "boolean";
  const words = title ?? steps[steps.length - 1].replace(/_/g, " ");
  const id = idOf(path);
  const shown = Array.isArray(value) ? value.join(" – ") : String(value ?? "");
  return (
    <div class={`option${isWritten ? " written" : ""}`} title={`${schema.description ?? ""}\n${from}`}>
      <label for={id}>{words}</label>
      {isSwitch ? (
        <input id={id} type="checkbox" checked={value === true} onChange={(event) => set(path, event.currentTarget.checked)} />
      ) : choices ? (
        <select id={id} value={shown} onChange={(event) => set(path, event.currentTarget.value)}>
          {!choices.includes(shown) && <option value={shown}>{shown}</option>}
          {choices.map((each) => <option value={each}>{each}</option>)}
        </select>
      ) : (
        <input
          id={id}
          key={shown}
          defaultValue={shown}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.value = shown;
            if (event.key === "Enter") event.currentTarget.blur();
          }}
          onBlur={(event) => event.currentTarget.value !== shown && set(path, parse(event.currentTarget.value))}
        />
      )}
      {isWritten ? (
        <button type="button" aria-label={`${words}: back to the default`} title="Back to the default" onClick={() => set(path, null)}>×</button>
      ) : <span />}
    </div>
  );
}

function labelPaths(): string[] {
  const labels = Object.keys(welcome.value?.catalogue.schema.properties?.labels?.properties ?? {});
  return labels.map((each) => `labels.${each}`);
}

function sectionPaths(section: string): string[] {
  const keys = Object.keys(schemaOf(["page", section]).properties ?? {});
  // The family has an option of its own.
  return keys.filter((each) => !(section === "text" && each === "family")).map((each) => `page.${section}.${each}`);
}

/** The paths of all options that have a control. */
export function paths(): string[] {
  return [...labelPaths(), ...PAGE, ...NETWORK, ...SECTIONS.flatMap(([section]) => sectionPaths(section))];
}

export const idOf = (path: string) => `option-${path.replace(/\./g, "-")}`;

export function PageOptions() {
  return (
    <>
      <h2>Labels</h2>
      {labelPaths().map((each) => <Option key={each} path={each} />)}
      <h2>Page</h2>
      {PAGE.map((each) => <Option key={each} path={each} />)}
      <h2>Network</h2>
      {NETWORK.map((each) => <Option key={each} path={each} />)}
      {SECTIONS.map(([section, title]) => (
        <>
          <h2>{title}</h2>
          {sectionPaths(section).map((each) => <Option key={each} path={each} />)}
        </>
      ))}
    </>
  );
}
