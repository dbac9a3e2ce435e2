// The messages of net2fig/studio/messages.py and replies.py.

export type Box = [number, number, number, number];

export interface Glyph {
  id: string;
  box: Box;
  label: string;
  title: string;
  names: string;
  rows: [string, string][];
  layers: string[];
  type: string;
  is_group: boolean;
  is_frame: boolean;
  entry: number;
  style: string;
}

export interface Entry {
  box: Box | null;
  label: string;
  name: string;
  color: string;
  texture: string;
  is_group: boolean;
}

export interface ClassRow {
  name: string;
  kind: string;
  count: number;
  hidden: number;
  why: string;
}

export interface GroupRow {
  name: string;
  by: string;
  match: string[];
  active: boolean;
  count: number;
  layers: number;
}

export interface Figure {
  op: "figure";
  rev: string;
  svg: string;
  width: number;
  height: number;
  page: number;
  template: string;
  level: string;
  look: string;
  opened: string[];
  alt: string;
  glyphs: Glyph[];
  links: [string, string][];
  entries: Entry[];
  classes: ClassRow[];
  groups: GroupRow[];
  roles: [string, string, string[]][];
  warnings: string[];
  rows: number;
  milliseconds: number;
}

export interface Rule {
  name: string;
  match: string | string[];
}

export interface Rung {
  label: string;
  match: string;
  places: string[][];
  added: string[];
}

export interface Offers {
  op: "offers";
  layers: string[];
  rungs: Rung[];
  chosen: number;
  name: string;
  inner: Rule[];
  refusal: string;
}

export interface Schema {
  type?: string | string[];
  enum?: string[];
  description?: string;
  default?: unknown;
  properties?: Record<string, Schema>;
  $defs?: Record<string, Schema>;
}

export interface Welcome {
  op: "welcome";
  version: string;
  model: string;
  file: string;
  outputs: string[];
  other: string;
  catalogue: {
    templates: [string, string, number][];
    palettes: string[];
    textures: string[];
    levels: string[];
    schema: Schema;
  };
}

export interface Compared {
  op: "compared";
  names: [string, string];
  svg: string;
  words: string[];
  alt: string;
}

export interface File {
  op: "file";
  rev: string;
  text: string;
  label: string;
  by: "start" | "page" | "disk";
  undo: string | null;
  redo: string | null;
}

export interface Problem {
  text: string;
  hint: string;
  line: number | null;
}

export type Reply =
  | Figure
  | Offers
  | Welcome
  | Compared
  | File
  | { op: "settings"; rev: string; options: Record<string, [unknown, string]> }
  | { op: "fault"; rev: string; problems: Problem[] }
  | { op: "reasons"; id: string; reasons: { text: string; line: number | null }[] }
  | { op: "checked"; name: string; color: string; alike: string[] }
  | { op: "written"; paths: string[] }
  | { op: "exists"; paths: string[] }
  | { op: "copied"; what: string; text: string }
  | { op: "refused"; text: string; hint: string }
  | { op: "conflict"; path: string; mine: string; theirs: string };
