// Annotations by hand: notes, brackets, panels and arrows, at the glyphs that are selected.

import { signal } from "@preact/signals";
import { focus } from "./actions";
import { edit, figure, lit, pane, picked, settings } from "./state";
import type { Glyph } from "./wire";

export type Kind = "note" | "bracket" | "panel" | "arrow";

export const KINDS: [Kind, string, string][] = [
  ["note", "Note", "text"],
  ["bracket", "Bracket", "text"],
  ["panel", "Panel", "title"],
  ["arrow", "Arrow", "label"],
];

/** The annotation that is being written. */
export const writing = signal<Kind | null>(null);

const SIDES = ["auto", "above", "below", "left", "right"];

export function begin(kind: Kind): void {
  pane.value = "selection";
  writing.value = kind;
  focus("#annotation");
}

const first = (glyph: Glyph) => glyph.layers[0] ?? glyph.id;
const last = (glyph: Glyph) => glyph.layers[glyph.layers.length - 1] ?? glyph.id;

/** What an annotation is about, by the names of layers. */
function placeOf(kind: Kind, glyphs: Glyph[]): Record<string, string> {
  const from = first(glyphs[0]);
  const to = last(glyphs[glyphs.length - 1]);
  if (kind === "note") return { at: glyphs.length > 1 ? `${last(glyphs[0])} -> ${first(glyphs[1])}` : from };
  if (kind === "arrow") return glyphs.length > 1 ? { from: last(glyphs[0]), to: first(glyphs[glyphs.length - 1]) } : { to: from };
  return { from, to };
}

/** A line between two glyphs: a note can be at it. */
const isLine = (glyphs: Glyph[]) =>
  glyphs.length === 2 && (figure.value?.links.some(([from, to]) => from === glyphs[0].id && to === glyphs[1].id) ?? false);

export const canAnnotate = (kind: Kind) => {
  const many = picked.value.length;
  return kind === "note" ? many === 1 || isLine(picked.value) : kind === "arrow" ? many === 1 || many === 2 : many > 0;
};

export function Writer() {
  const kind = writing.value;
  if (!kind || !canAnnotate(kind)) return null;
  const [, title, key] = KINDS.find(([each]) => each === kind) as [Kind, string, string];
  const place = placeOf(kind, picked.value);
  const write = (event: Event) => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem("words") as HTMLInputElement;
    const words = field.value.trim();
    if (!words && kind !== "arrow") return;
    edit("annotate", { kind, fields: { ...(words ? { [key]: words } : {}), ...place } });
    writing.value = null;
  };
  return (
    <form class="writer" onSubmit={write} onKeyDown={(event) => event.key === "Escape" && (writing.value = null)}>
      <label>
        {title}
        <input id="annotation" name="words" autocomplete="off" placeholder="The words" />
      </label>
      <p class="quiet">{Object.entries(place).map(([name, value]) => `${name} ${value}`).join(", ")}</p>
      <button type="submit" class="strong">Add</button>
    </form>
  );
}

type Fields = Record<string, string | boolean | undefined>;

function Line({ kind, number, words, fields }: { kind: Kind; number: number; words: string; fields: Fields }) {
  const names = ["at", "over", "from", "to"].flatMap((key) => (typeof fields[key] === "string" ? [fields[key] as string] : []));
  const amend = (key: string, value: string | boolean | null) => edit("amend", { kind, number, key, value });
  const text = String(fields[words] ?? "");
  const label = `${kind} ${number + 1}`;
  const show = () => (lit.value = new Set(names.flatMap((name) => name.split(" -> "))));
  return (
    <li onMouseEnter={show} onMouseLeave={() => (lit.value = new Set())}>
      <div class="row">
        <input
          class="words"
          aria-label={`Words of ${label}`}
          key={text}
          defaultValue={text}
          onKeyDown={(event) => {
            if (event.key === "Enter") event.currentTarget.blur();
            if (event.key === "Escape") event.currentTarget.value = text;
          }}
          onBlur={(event) => event.currentTarget.value !== text && amend(words, event.currentTarget.value || null)}
        />
        <button type="button" aria-label={`Remove ${label}`} title="Remove" onClick={() => edit("erase", { kind, number })}>×</button>
      </div>
      <div class="row where">
        <span class="quiet">{kind}{names.length ? `: ${names.join(" … ")}` : ""}</span>
        {kind !== "panel" && (
          <select aria-label={`Side of ${label}`} value={String(fields.side ?? "auto")} onChange={(event) => amend("side", event.currentTarget.value === "auto" ? null : event.currentTarget.value)}>
            {SIDES.map((each) => <option value={each}>{each}</option>)}
          </select>
        )}
        <select aria-label={`Colour of ${label}`} value={String(fields.color ?? "")} onChange={(event) => amend("color", event.currentTarget.value || null)}>
          <option value="">colour</option>
          {figure.value?.roles.map(([role]) => <option value={role}>{role}</option>)}
          {typeof fields.color === "string" && !figure.value?.roles.some(([role]) => role === fields.color) && <option value={fields.color}>{fields.color}</option>}
        </select>
      </div>
    </li>
  );
}

/** All annotations of the file, to be changed and removed. */
export function Annotations() {
  const all = KINDS.flatMap(([kind, , words]) => {
    const items = settings.value[kind]?.[0];
    return Array.isArray(items) ? items.map((fields: Fields, number: number) => ({ kind, number, words, fields })) : [];
  });
  if (!all.length) return null;
  return (
    <>
      <h2>Annotations</h2>
      <ul class="list">{all.map((each) => <Line key={`${each.kind}${each.number}`} {...each} />)}</ul>
    </>
  );
}
