// The models that views show: their layers, and which of them an element stands for.

import { parse, type Test } from "./filter";
import type { Room } from "./room";

export interface Layer {
  id: string;
  type: string;
  kind: string;
  params: number | null;
  macs: number | null;
  group: string;
  resolution: string;
}

export interface Model {
  key: string;
  name: string;
  layers: Layer[];
}

type Row = [string, number, number, number | null, number | null, number, number];

/** The layers as Python writes them: repeated words by their numbers. */
export interface PackedModel {
  key: string;
  name: string;
  words: string[];
  layers: Row[];
}

export function unpack({ key, name, words, layers }: PackedModel): Model {
  const read = ([id, type, kind, params, macs, group, resolution]: Row): Layer => ({
    id, type: words[type], kind: words[kind], params, macs, group: words[group], resolution: words[resolution],
  });
  return { key, name, layers: layers.map(read) };
}

/** A view on a page or in a notebook. */
export interface View {
  root: HTMLElement;
  kind: string;
  title: string;
  models: Model[];
  room: Room;
  data: Record<string, any>;
  /** Shows another drawing of the view, by its number. */
  show?: (number: number) => void;
  /** Called when another drawing is shown. */
  moved: () => void;
}

/** Return the numbers of "0-3 7". */
export function numbers(ranges: string): number[] {
  return ranges.split(" ").filter(Boolean).flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, step) => first + step);
  });
}

export const modelOf = (view: View, element: Element): Model =>
  view.models[Number((element as HTMLElement).dataset.of ?? 0)];

/** The layers that an element stands for. */
export const layersOf = (view: View, element: Element): Layer[] =>
  numbers((element as HTMLElement).dataset.at ?? "").map((at) => modelOf(view, element).layers[at]);

/** Those and the layers that only pass on their data. */
export const nearOf = (view: View, element: Element): Layer[] => [
  ...layersOf(view, element),
  ...numbers((element as HTMLElement).dataset.with ?? "").map((at) => modelOf(view, element).layers[at]),
];

/** The test of the room's filter; a filter that is wrong leaves nothing out. */
export function testOf(room: Room): Test | null {
  try {
    return parse(room.state.filter);
  } catch {
    return null;
  }
}
