// The language of filters: the words of `hide`, and numbers.
//
//   Conv2D            layers of a class, or with the word in their name
//   :norm             layers of a kind
//   params>1M         layers with more parameters
//   -dense            not these
//   conv params>1k    both: a space is "and"
//   :conv, :dense     either: a comma is "or"

import type { Layer } from "./model";

export type Test = (layer: Layer) => boolean;

const UNITS: Record<string, number> = { "": 1, k: 1e3, m: 1e6, g: 1e9 };
const NUMBER = /^(params|macs)(>=|<=|>|<|=)(\d+(?:\.\d+)?)([kmg]?)$/i;

function parseWord(word: string): Test {
  if (word.startsWith("-") && word.length > 1) {
    const test = parseWord(word.slice(1));
    return (layer) => !test(layer);
  }
  const found = NUMBER.exec(word);
  if (found) {
    const key = found[1].toLowerCase() as "params" | "macs";
    const limit = Number(found[3]) * UNITS[found[4].toLowerCase()];
    const compare: Record<string, (value: number) => boolean> = {
      ">": (value) => value > limit,
      "<": (value) => value < limit,
      ">=": (value) => value >= limit,
      "<=": (value) => value <= limit,
      "=": (value) => value === limit,
    };
    return (layer) => layer[key] !== null && compare[found[2]](layer[key] as number);
  }
  if (/[<>=]/.test(word)) throw new Error(`invalid filter: ${word} (as in params>1M)`);
  const text = word.toLowerCase();
  if (text.startsWith(":")) return (layer) => layer.kind === text.slice(1);
  return (layer) => layer.type.toLowerCase() === text || layer.id.toLowerCase().includes(text);
}

/** Return what a filter asks of a layer; null for an empty one. Throws for what is no filter. */
export function parse(filter: string): Test | null {
  const groups = filter
    .split(",")
    .map((part) => part.split(/\s+/).filter(Boolean).map(parseWord))
    .filter((tests) => tests.length);
  if (!groups.length) return null;
  return (layer) => groups.some((tests) => tests.every((test) => test(layer)));
}
