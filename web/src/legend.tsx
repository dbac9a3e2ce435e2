// The legend as a list: what is drawn, what is hidden, what is not active; and the colours.

import { useEffect } from "preact/hooks";
import { focus } from "./actions";
import { Annotations } from "./annotations";
import { checked, coloring, edit, figure, pane, renaming, select, send, welcome } from "./state";
import type { ClassRow, Entry, GroupRow } from "./wire";

function Swatch({ entry }: { entry: Entry }) {
  return (
    <button
      type="button"
      class="swatch"
      style={{ background: entry.color }}
      aria-label={`Colour of ${entry.label}`}
      aria-expanded={coloring.value === entry.name}
      title="Colour and texture"
      onClick={() => {
        coloring.value = coloring.value === entry.name ? null : entry.name;
        if (coloring.value) focus(".colors button");
      }}
    />
  );
}

function Drawn({ entry }: { entry: Entry }) {
  const members = figure.value?.glyphs.filter((each) => each.style === entry.name) ?? [];
  return (
    <li>
      <div class="row">
        <Swatch entry={entry} />
        <input
          class="words"
          aria-label={`Words for ${entry.name}`}
          key={entry.label}
          defaultValue={entry.label}
          onKeyDown={(event) => {
            if (event.key === "Enter") event.currentTarget.blur();
            if (event.key === "Escape") event.currentTarget.value = entry.label;
          }}
          onBlur={(event) => rename(entry, event.currentTarget.value.trim())}
        />
        <button type="button" class="link" title="Select its glyphs" onClick={() => select(members.map((each) => each.id), members[0]?.id)}>
          {members.length || "–"}
        </button>
      </div>
      {coloring.value === entry.name && pane.value === "legend" && <Colors name={entry.name} />}
    </li>
  );
}

function rename(entry: Entry, words: string): void {
  if (!words || words === entry.label) return;
  const isRule = figure.value?.groups.some((each) => each.name === entry.name && each.by === "rule");
  if (entry.is_group && isRule) edit("rename", { name: entry.name, new: words });
  else edit("style", { name: entry.name, key: "label", value: words });
  renaming.value = null;
}

function GroupLine({ row }: { row: GroupRow }) {
  const isRule = row.by === "rule";
  const words = { rule: "named by you", repeats: "found: it repeats", once: "found: collapsed", model: "a model inside" }[row.by] ?? row.by;
  return (
    <li class={row.active ? "" : "off"}>
      <div class="row">
        {isRule && (
          <input
            type="checkbox"
            checked={row.active}
            aria-label={`${row.name} is active`}
            title="Active: drawn as one glyph"
            onChange={(event) => edit("activate", { name: row.name, on: event.currentTarget.checked })}
          />
        )}
        <span class="words" title={row.match.join("\n")}>{row.name}</span>
        <span class="quiet">{row.count ? `×${row.count}, ${row.layers} layers` : row.active ? "matches nothing" : "off"}</span>
        {!isRule && row.by !== "model" && <button type="button" class="link" aria-label={`Write ${row.name} as a pattern`} title="Write it to the file, to be edited" onClick={() => edit("takeover", { names: [row.name] })}>write</button>}
        {isRule && <button type="button" aria-label={`Remove the group ${row.name}`} title="Remove" onClick={() => edit("ungroup", { name: row.name })}>×</button>}
      </div>
      <span class="quiet">{words}</span>
    </li>
  );
}

function ClassLine({ row }: { row: ClassRow }) {
  const state = row.hidden === 0 ? "true" : row.hidden === row.count ? "false" : "mixed";
  const words = { true: "drawn", false: row.why === "kind" ? "hidden at this level" : "hidden", mixed: `${row.hidden} of ${row.count} hidden` }[state];
  return (
    <li class={state === "false" ? "off" : ""}>
      <div class="row">
        <input
          type="checkbox"
          checked={state !== "false"}
          ref={(field) => { if (field) field.indeterminate = state === "mixed"; }}
          aria-label={`${row.name} is drawn`}
          onChange={() => edit("hide", { what: row.name, on: state === "true" })}
        />
        <span class="words">{row.name}</span>
        <span class="quiet">:{row.kind}</span>
        <span class="quiet">×{row.count}</span>
      </div>
      <span class="quiet">{words}</span>
    </li>
  );
}

export function Legend() {
  const of = figure.value;
  if (!of) return null;
  return (
    <>
      <h2>In the legend</h2>
      <ul class="list">{of.entries.map((each) => <Drawn key={each.name} entry={each} />)}</ul>
      {of.groups.length > 0 && <h2>Groups</h2>}
      <ul class="list">{of.groups.map((each) => <GroupLine key={each.name} row={each} />)}</ul>
      <Annotations />
      <h2>Classes of layers</h2>
      <ul class="list">{of.classes.map((each) => <ClassLine key={each.name} row={each} />)}</ul>
    </>
  );
}

/** The colours of the palette by their roles, a colour of one's own, a texture. */
export function Colors({ name }: { name: string }) {
  const of = figure.value;
  const entry = of?.entries.find((each) => each.name === name);
  useEffect(() => {
    checked.value = null;
    if (entry) send("check", { name, color: entry.color });
  }, [name, entry?.color]);
  if (!of || !entry) return null;
  const choose = (value: string | null) => edit("style", { name, key: "color", value });
  const look = (color: string) => send("check", { name, color });
  const found = checked.value?.name === name ? checked.value : null;
  return (
    <section class="colors" aria-label={`Colour of ${entry.label}`} onKeyDown={(event) => event.key === "Escape" && (coloring.value = null)}>
      <div class="swatches" role="group" aria-label="Colours of the palette">
        {of.roles.map(([role, color, bearers]) => (
          <button
            type="button"
            style={{ background: color }}
            aria-label={`${role}${bearers.length ? `, of ${bearers.join(", ")}` : ""}`}
            aria-pressed={color === entry.color}
            title={`${role}${bearers.length ? `: ${bearers.join(", ")}` : ""}`}
            onMouseEnter={() => look(role)}
            onFocus={() => look(role)}
            onClick={() => choose(role)}
          />
        ))}
      </div>
      <div class="row">
        <label class="inline">
          Own
          <input
            class="hex"
            key={entry.color}
            defaultValue={entry.color}
            pattern="#[0-9a-fA-F]{6}"
            onInput={(event) => look(event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Enter" && choose(event.currentTarget.value)}
          />
        </label>
        <label class="inline">
          Texture
          <select value={entry.texture} onChange={(event) => edit("style", { name, key: "texture", value: event.currentTarget.value || null })}>
            <option value="">none</option>
            {welcome.value?.catalogue.textures.map((each) => <option value={each}>{each}</option>)}
          </select>
        </label>
        <button type="button" onClick={() => choose(null)}>Default</button>
      </div>
      <p class={found?.alike.length ? "warning" : "quiet"} aria-live="polite">
        {found?.alike.length
          ? `${found.color} is hard to tell from ${found.alike.join(", ")}, for some readers at least.`
          : found ? `${found.color} can be told from all others, also without red and green.` : " "}
      </p>
    </section>
  );
}
