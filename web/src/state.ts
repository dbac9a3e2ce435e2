// What the page knows, and the socket over which it learns it.

import { batch, computed, signal } from "@preact/signals";
import type { Compared, Figure, File, Glyph, Offers, Problem, Reply, Welcome } from "./wire";

export const welcome = signal<Welcome | null>(null);
export const file = signal<File | null>(null);
export const figure = signal<Figure | null>(null);
export const settings = signal<Record<string, [unknown, string]>>({});
export const problems = signal<Problem[]>([]);
export const offers = signal<Offers | null>(null);
export const rung = signal(0);
export const reasons = signal<{ id: string; reasons: { text: string; line: number | null }[] } | null>(null);
export const checked = signal<{ name: string; color: string; alike: string[] } | null>(null);
export const conflict = signal<{ path: string; mine: string; theirs: string } | null>(null);
export const refused = signal<{ text: string; hint: string } | null>(null);
export const exists = signal<string[] | null>(null);
export const copied = signal<{ what: string; text: string } | null>(null);
export const compared = signal<Compared | null>(null);
export const online = signal(false);
export const ended = signal("");
export const toast = signal<{ text: string; undo: boolean } | null>(null);

export const selected = signal<ReadonlySet<string>>(new Set());
export const current = signal("");
export const anchor = signal("");
export const pane = signal<"selection" | "legend" | "page" | "text">("selection");
export const lit = signal<ReadonlySet<string>>(new Set());
export const line = signal<number | null>(null);
export const renaming = signal<string | null>(null);
export const coloring = signal<string | null>(null);
export const dialog = signal<"" | "search" | "keys" | "export" | "copy" | "compare">("");
export const zoom = signal<"fit" | number>("fit");
export const opened = signal<{ id: string; title: string; layers: string[] }[]>([]);

export const glyphs = computed<Glyph[]>(() => figure.value?.glyphs ?? []);
export const picked = computed<Glyph[]>(() => glyphs.value.filter((each) => selected.value.has(each.id)));
export const named = computed(() => new Set((figure.value?.groups ?? []).filter((g) => g.by === "rule").map((g) => g.name)));

const KEY = "net2fig-token";
let socket: WebSocket | null = null;
let wait = 250;
let before = 0;

function token(): string {
  const match = /[#&]k=([\w-]+)/.exec(location.hash);
  if (match) {
    sessionStorage.setItem(KEY, match[1]);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(KEY) ?? "";
}

export function connect(): void {
  const key = token();
  socket = new WebSocket(`ws://${location.host}/socket`);
  socket.onopen = () => {
    send("hello", { token: key });
    if (figure.value) look(figure.value.look);
  };
  socket.onmessage = (event) => batch(() => take(JSON.parse(event.data) as Reply));
  socket.onclose = (event) => {
    online.value = false;
    if (event.code === 1008) {
      ended.value = "This address is not, or no longer, that of a studio. Open the one that net2fig prints.";
      return;
    }
    setTimeout(connect, wait);
    wait = Math.min(2 * wait, 5000);
  };
}

export function send(op: string, fields: Record<string, unknown> = {}): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ op, ...fields }));
}

/** Send an edit of the text that is shown. */
export function edit(op: string, fields: Record<string, unknown> = {}): void {
  before = glyphs.value.length;
  refused.value = null;
  send(op, { rev: file.value?.rev ?? "", ...fields });
}

export function set(path: string, value: unknown): void {
  edit("set", { path: path.split("."), value });
}

export function look(level: string, groups = opened.value.map((each) => each.id)): void {
  send("look", { level, opened: groups });
}

function take(reply: Reply): void {
  switch (reply.op) {
    case "welcome":
      online.value = true;
      wait = 250;
      welcome.value = reply;
      document.title = `${reply.model.split("/").pop()} – net2fig studio`;
      break;
    case "file":
      if (file.value && file.value.rev !== reply.rev) toast.value = { text: describe(reply), undo: reply.by === "page" };
      file.value = reply;
      break;
    case "figure":
      takeFigure(reply);
      break;
    case "settings":
      settings.value = reply.options;
      break;
    case "fault":
      problems.value = reply.problems;
      break;
    case "offers":
      // An answer to a selection that is another by now is none.
      if (reply.layers.join("\n") !== asked) break;
      offers.value = reply;
      rung.value = reply.chosen;
      break;
    case "reasons":
      reasons.value = reply;
      break;
    case "checked":
      checked.value = reply;
      break;
    case "compared":
      compared.value = reply;
      dialog.value = "compare";
      break;
    case "written":
      exists.value = null;
      dialog.value = "";
      toast.value = { text: `Written: ${reply.paths.join(", ")}`, undo: false };
      if (welcome.value) welcome.value = { ...welcome.value, outputs: reply.paths };
      break;
    case "exists":
      exists.value = reply.paths;
      dialog.value = "export";
      break;
    case "copied":
      void copy(reply);
      break;
    case "refused":
      refused.value = reply;
      break;
    case "conflict":
      conflict.value = reply;
      break;
  }
}

function describe(reply: File): string {
  if (reply.by === "disk") return `The file was ${reply.label}.`;
  return reply.label ? reply.label[0].toUpperCase() + reply.label.slice(1) : "As at the start";
}

function takeFigure(reply: Figure): void {
  problems.value = [];
  figure.value = reply;
  const known = new Set(reply.glyphs.map((each) => each.id));
  const kept = [...selected.value].filter((id) => known.has(id));
  if (kept.length !== selected.value.size) selected.value = new Set(kept);
  if (!known.has(current.value)) current.value = reply.glyphs[0]?.id ?? "";
  if (toast.value && before && before !== reply.glyphs.length) {
    toast.value = { ...toast.value, text: `${toast.value.text} – ${before} → ${reply.glyphs.length} glyphs` };
  }
  before = 0;
}

async function copy(reply: { what: string; text: string }): Promise<void> {
  const words: Record<string, string> = { snippet: "LaTeX snippet", alt: "Alt text", command: "Command", report: "Report" };
  try {
    await navigator.clipboard.writeText(reply.text);
    toast.value = { text: `${words[reply.what]} copied`, undo: false };
  } catch {
    copied.value = reply;
    dialog.value = "copy";
  }
}

// Selection

export function select(ids: Iterable<string>, at?: string): void {
  batch(() => {
    selected.value = new Set(ids);
    if (at !== undefined) current.value = at;
    if (selected.value.size < 2) anchor.value = [...selected.value][0] ?? "";
    reasons.value = null;
    coloring.value = null;
    ask();
  });
}

let asked = "";

/** Ask by which patterns the selection can be a group, when there are two layers or more. */
export function ask(): void {
  offers.value = null;
  const many = picked.value.filter((each) => !each.is_frame);
  const layers = many.flatMap((each) => each.layers);
  asked = layers.join("\n");
  const isOneGroup = many.length > 0 && many.every((each) => each.is_group && each.type === many[0].type);
  if (isOneGroup && named.value.has(many[0].type)) return;
  if (many.length > 1 || (layers.length > 1 && !many[0].is_group)) send("try", { layers });
}

/** All glyphs on a path between two of them. */
export function between(from: string, to: string): string[] {
  const links = figure.value?.links ?? [];
  const reach = (start: string, backwards: boolean) => {
    const found = new Set([start]);
    for (const id of found) {
      for (const [source, target] of links) {
        if ((backwards ? target : source) === id) found.add(backwards ? source : target);
      }
    }
    return found;
  };
  const path = (a: string, b: string) => {
    const behind = reach(a, false);
    return behind.has(b) ? [...reach(b, true)].filter((id) => behind.has(id)) : [];
  };
  return [...new Set([from, to, ...path(from, to), ...path(to, from)])].filter(Boolean);
}

export function open(glyph: Glyph): void {
  if (!glyph.is_group) return;
  const way = [...opened.value];
  while (way.length && !glyph.layers.every((id) => way[way.length - 1].layers.includes(id))) way.pop();
  opened.value = [...way, { id: glyph.layers[0], title: glyph.type, layers: glyph.layers }];
  look(figure.value?.look ?? "");
}

export function close(): void {
  opened.value = opened.value.slice(0, -1);
  look(figure.value?.look ?? "");
}

export function jump(to: number): void {
  pane.value = "text";
  line.value = to;
}
