// Selecting by dragging: a box, or with Alt a line around glyphs.

import { signal } from "@preact/signals";
import { action } from "./actions";
import { pane, select, selected } from "./state";
import type { Figure, Glyph } from "./wire";

type Point = [number, number];

export const box = signal<[number, number, number, number] | null>(null);
export const lasso = signal<Point[]>([]);

/** A drag of less is a click, in points. */
const LEAST = 3;

/** Tell whether a point lies within a polygon. */
export function isWithin([x, y]: Point, polygon: Point[]): boolean {
  let inside = false;
  polygon.forEach(([x1, y1], at) => {
    const [x2, y2] = polygon[(at + 1) % polygon.length];
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
  });
  return inside;
}

function boxed(glyphs: Glyph[], [x, y, width, height]: [number, number, number, number]): Glyph[] {
  return glyphs.filter(({ box: [gx, gy, gw, gh] }) => gx < x + width && gx + gw > x && gy < y + height && gy + gh > y);
}

function caught(glyphs: Glyph[], polygon: Point[]): Glyph[] {
  return glyphs.filter(({ box: [x, y, width, height] }) => isWithin([x + width / 2, y + height / 2], polygon));
}

/** Select what a box touches, or what a line goes around, from where the pointer was pressed. */
export function startDrag(event: MouseEvent, of: Figure | null, size: number): void {
  const paper = document.querySelector(".paper");
  if (!of || !paper || event.button !== 0 || (event.target as Element).closest("button, input")) return;
  const at = (each: MouseEvent): Point => {
    const { left, top } = paper.getBoundingClientRect();
    return [(each.clientX - left) / size, (each.clientY - top) / size];
  };
  const [x0, y0] = at(event);
  const isLasso = event.altKey;
  lasso.value = isLasso ? [[x0, y0]] : [];
  const move = (each: MouseEvent) => {
    const [x, y] = at(each);
    if (isLasso) lasso.value = [...lasso.value, [x, y]];
    else box.value = [Math.min(x, x0), Math.min(y, y0), Math.abs(x - x0), Math.abs(y - y0)];
  };
  const up = (each: MouseEvent) => {
    document.removeEventListener("mousemove", move);
    document.removeEventListener("mouseup", up);
    const [area, line] = [box.value, lasso.value];
    box.value = null;
    lasso.value = [];
    const adds = each.shiftKey || each.ctrlKey || each.metaKey;
    const isClick = isLasso ? line.length < 3 : !area || area[2] + area[3] < LEAST;
    if (isClick) {
      if (!adds) action("escape").run();
      return;
    }
    const found = isLasso ? caught(of.glyphs, line) : boxed(of.glyphs, area as [number, number, number, number]);
    const ids = found.map((glyph) => glyph.id);
    select(adds ? [...selected.value, ...ids] : ids, ids[0]);
    pane.value = "selection";
  };
  document.addEventListener("mousemove", move);
  document.addEventListener("mouseup", up);
}
