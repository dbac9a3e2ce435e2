// What can be done, each with its words and its keys: buttons, search and help are made from it.

import { effect } from "@preact/signals";
import { begin, canAnnotate, type Kind } from "./annotations";
import {
  between, close, coloring, current, dialog, edit, figure, file, glyphs, look, named, offers, open, opened, pane,
  picked, renaming, select, selected, send, set, settings, welcome, zoom,
} from "./state";

export interface Action {
  id: string;
  words: string;
  keys: string[];
  run: () => void;
  when?: () => boolean;
}

const one = () => picked.value.length === 1 && !picked.value[0].is_frame;
const some = () => picked.value.some((each) => !each.is_frame);
const several = () => picked.value.flatMap((each) => each.layers).length > 1;

export const LEVELS = ["everything", "layers", "blocks", "stages"];

export function focus(selector: string): void {
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const found = document.querySelector<HTMLElement>(selector);
    found?.focus();
    if (found instanceof HTMLInputElement) found.select();
  }));
}

function step(by: number, extend: boolean): void {
  const order = glyphs.value.map((each) => each.id);
  const next = order[Math.min(Math.max(order.indexOf(current.value) + by, 0), order.length - 1)];
  if (next === undefined) return;
  const ids = extend ? [...selected.value, ...between(current.value, next)] : [next];
  select(ids, next);
  // At once: a later focus would set back what the next key has moved.
  document.querySelector<SVGElement>(`.hit[data-id="${CSS.escape(next)}"]`)?.focus();
}

export function scaled(by: number): void {
  const now = document.querySelector<HTMLElement>(".paper")?.offsetWidth ?? 0;
  const width = figure.value?.width ?? 1;
  zoom.value = Math.min(Math.max((now / width) * by, 0.3), 12);
}

function rename(): void {
  const name = picked.value[0]?.style;
  if (name) {
    renaming.value = name;
    focus(".rename");
  }
}

function color(): void {
  const name = picked.value[0]?.style;
  if (name) {
    pane.value = "selection";
    coloring.value = coloring.value === name ? null : name;
    if (coloring.value) focus(".colors button");
  }
}

function group(): void {
  pane.value = "selection";
  // The answer may be on its way.
  const stop = effect(() => {
    if (!offers.value) return;
    if (!offers.value.refusal) focus("#group-name");
    queueMicrotask(() => stop());
  });
}

export function ungroup(): void {
  for (const name of new Set(picked.value.filter((each) => named.value.has(each.type)).map((each) => each.type))) {
    edit("ungroup", { name });
  }
}

function hide(): void {
  const names = new Set(picked.value.filter((each) => !each.is_frame && !each.is_group).map((each) => each.type));
  for (const what of names) edit("hide", { what, on: true });
}

function same(): void {
  const types = new Set(picked.value.map((each) => each.type));
  select(glyphs.value.filter((each) => types.has(each.type)).map((each) => each.id));
}

export function exportAgain(): void {
  send("export", { paths: [], replace: true });
}

function level(name: string): () => void {
  return () => look(name);
}

const ANNOTATIONS: [Kind, string, string][] = [
  ["note", "n", "Write a note at this"],
  ["bracket", "b", "Write a bracket over the selection"],
  ["panel", "p", "Put a panel behind the selection"],
  ["arrow", "a", "Draw an arrow between two, or to this"],
];

const LABELS: [string, string][] = [
  ["f", "features"], ["n", "name"], ["t", "type"], ["k", "kernel"], ["s", "stride"], ["a", "activation"], ["p", "params"],
];

export function toggleLabel(key: string): void {
  set(`labels.${key}`, !settings.value[`labels.${key}`]?.[0]);
}

export const ACTIONS: Action[] = [
  { id: "next", words: "Next glyph", keys: ["ArrowRight"], run: () => step(1, false) },
  { id: "previous", words: "Glyph before", keys: ["ArrowLeft"], run: () => step(-1, false) },
  { id: "extend", words: "Select on to the next glyph", keys: ["Shift+ArrowRight"], run: () => step(1, true) },
  { id: "extend-back", words: "Select back to the glyph before", keys: ["Shift+ArrowLeft"], run: () => step(-1, true) },
  { id: "same", words: "Select all of this kind", keys: ["Ctrl+a"], run: same, when: () => picked.value.length > 0 },
  { id: "escape", words: "Leave: close the group, clear the selection", keys: ["Escape"], run: escape },
  { id: "open", words: "Open the group in place", keys: ["Enter"], run: () => open(picked.value[0]), when: () => one() && picked.value[0].is_group },
  { id: "group", words: "Make a group of the selection", keys: ["g"], run: group, when: several },
  { id: "ungroup", words: "Remove the group", keys: ["Shift+G"], run: ungroup, when: () => picked.value.some((each) => named.value.has(each.type)) },
  { id: "takeover", words: "Write all groups that were found to the file", keys: ["Ctrl+g"], run: () => edit("takeover", { names: [] }), when: () => figure.value?.groups.some((each) => each.by !== "rule") ?? false },
  { id: "rename", words: "Rename in the legend", keys: ["F2"], run: rename, when: () => picked.value.some((each) => each.style) },
  { id: "color", words: "Colour and texture", keys: ["c"], run: color, when: () => picked.value.some((each) => each.style) },
  { id: "hide", words: "Hide all layers of this class", keys: ["h"], run: hide, when: () => picked.value.some((each) => !each.is_group && !each.is_frame) },
  { id: "why", words: "Why is this drawn so?", keys: ["w"], run: () => { pane.value = "selection"; send("why", { id: picked.value[0].id }); }, when: some },
  ...ANNOTATIONS.map(([kind, key, words]) => ({ id: kind, words, keys: [key], run: () => begin(kind), when: () => canAnnotate(kind) })),
  { id: "undo", words: "Undo", keys: ["Ctrl+z"], run: () => send("undo"), when: () => file.value?.undo != null },
  { id: "redo", words: "Redo", keys: ["Ctrl+Shift+Z", "Ctrl+y"], run: () => send("redo"), when: () => file.value?.redo != null },
  { id: "level-0", words: "Level of the file", keys: ["0"], run: level("") },
  ...LEVELS.map((name, at) => ({ id: `level-${at + 1}`, words: `Look at the level “${name}”`, keys: [String(at + 1)], run: level(name) })),
  { id: "pin", words: "Write this level to the file", keys: ["Shift+P"], run: () => { set("detail", figure.value?.look); look(""); }, when: () => !!figure.value?.look },
  ...LABELS.map(([key, name]) => ({ id: `label-${name}`, words: `Print the ${name === "params" ? "number of parameters" : name}: on or off`, keys: [`l ${key}`], run: () => toggleLabel(name) })),
  { id: "search", words: "Search", keys: ["/"], run: () => { dialog.value = "search"; } },
  { id: "compare", words: "Compare with the second model", keys: ["Ctrl+d"], run: () => send("compare"), when: () => !!welcome.value?.other },
  { id: "export", words: "Export …", keys: ["Ctrl+e"], run: () => { dialog.value = "export"; } },
  { id: "export-again", words: "Export again", keys: ["Ctrl+Shift+E"], run: exportAgain },
  { id: "snippet", words: "Copy the LaTeX snippet", keys: ["Shift+L"], run: () => send("copy", { what: "snippet" }) },
  { id: "alt", words: "Copy the alt text", keys: ["Shift+A"], run: () => send("copy", { what: "alt" }) },
  { id: "command", words: "Copy the command that draws this", keys: ["Shift+C"], run: () => send("copy", { what: "command" }) },
  { id: "report", words: "Copy a report for whoever mends net2fig", keys: ["Shift+R"], run: () => send("copy", { what: "report" }) },
  { id: "larger", words: "Larger", keys: ["+", "="], run: () => scaled(1.25) },
  { id: "smaller", words: "Smaller", keys: ["-"], run: () => scaled(0.8) },
  { id: "fit", words: "Fit the window", keys: ["f"], run: () => { zoom.value = "fit"; } },
  { id: "true", words: "True size", keys: ["t"], run: () => { zoom.value = 96 / 72; } },
  { id: "pane-selection", words: "Pane: Selection", keys: ["Alt+1"], run: () => { pane.value = "selection"; } },
  { id: "pane-legend", words: "Pane: Legend", keys: ["Alt+2"], run: () => { pane.value = "legend"; } },
  { id: "pane-page", words: "Pane: Page", keys: ["Alt+3"], run: () => { pane.value = "page"; } },
  { id: "pane-text", words: "Pane: Text", keys: ["Alt+4"], run: () => { pane.value = "text"; } },
  { id: "keys", words: "All keys", keys: ["?"], run: () => { dialog.value = "keys"; } },
];

function escape(): void {
  if (coloring.value) coloring.value = null;
  else if (selected.value.size) select([]);
  else if (opened.value.length) close();
}

export function action(id: string): Action {
  return ACTIONS.find((each) => each.id === id) as Action;
}

export function showKey(key: string): string {
  const words: Record<string, string> = { ArrowRight: "→", ArrowLeft: "←", Escape: "Esc" };
  if (key === "+") return key;
  const part = (each: string) => words[each] ?? (each.length === 1 ? each.toUpperCase() : each);
  return key.split(" ").map((chord) => chord.split("+").map(part).join("+")).join(" ");
}

let first = "";

function chord(event: KeyboardEvent): string {
  const mods = [event.ctrlKey || event.metaKey ? "Ctrl+" : "", event.altKey ? "Alt+" : ""].join("");
  const isLetter = event.key.length === 1 && event.key.toLowerCase() !== event.key.toUpperCase();
  const shift = event.shiftKey && (isLetter || event.key.length > 1) ? "Shift+" : "";
  // With Alt, some keyboards type other signs than digits.
  const digit = event.altKey ? /^Digit(\d)$/.exec(event.code)?.[1] : undefined;
  const key = digit ?? (isLetter ? (event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase()) : event.key);
  return `${mods}${shift}${key}`;
}

export function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const target = event.composedPath()[0] as HTMLElement;
  const types = target.matches?.("input, textarea, select, [contenteditable=true]") ?? false;
  if (dialog.value) {
    if (event.key === "Escape") dialog.value = "";
    return;
  }
  const pressed = chord(event);
  if (types && !/^Ctrl\+(e|Shift\+E)$/.test(pressed)) return;
  // A button keeps its own keys.
  if (target.matches?.("button, a, summary, [role=tab], [role=slider]") && /^(Enter| |Arrow\w+)$/.test(event.key)) return;
  const keys = first ? `${first} ${pressed}` : pressed;
  first = "";
  if (pressed === "l" && keys === "l") {
    first = "l";
    event.preventDefault();
    return;
  }
  const found = ACTIONS.find((each) => each.keys.includes(keys));
  if (!found) return;
  event.preventDefault();
  if (!found.when || found.when()) found.run();
}
