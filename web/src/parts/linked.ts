// Elements that stand for layers: marked by the state of the room, selected by mouse and keys.

import { all, format, tell } from "./dom";
import { layersOf, modelOf, nearOf, testOf, type View } from "./model";
import { change, count, type Ids, listen, select } from "./room";

/** Mark what is selected, and what the filter leaves out. */
export function mark(view: View): void {
  const { selection, models } = view.room.state;
  const sets = new Map(view.models.map((each) => [each.key, new Set(selection[each.key])]));
  const test = testOf(view.room);
  for (const element of all(view.root, "[data-at]")) {
    const layers = nearOf(view, element);
    const chosen = sets.get(modelOf(view, element).key) as Set<string>;
    const on = layers.some((each) => chosen.has(each.id));
    element.classList.toggle("selected", on);
    element.classList.toggle("out", test !== null && layers.length > 0 && !layers.some(test));
    if (element.hasAttribute("aria-pressed")) element.setAttribute("aria-pressed", String(on));
    if (element.hasAttribute("aria-selected")) element.setAttribute("aria-selected", String(on));
  }
  for (const element of all(view.root, "[data-pick]")) {
    const key = view.models[Number(element.dataset.pick)].key;
    const on = models.includes(key);
    element.classList.toggle("selected", on);
    element.classList.toggle("out", models.length > 0 && !on);
    element.setAttribute("aria-pressed", String(on));
  }
}

/** All elements that stand for the same as one: its counterparts. */
const alike = (view: View, element: HTMLElement) =>
  element.dataset.pair ? all(view.root, `[data-pair="${element.dataset.pair}"]`) : [element];

export function idsOf(view: View, elements: HTMLElement[]): Ids {
  const picked: Ids = {};
  for (const element of elements) {
    const { key } = modelOf(view, element);
    picked[key] = [...(picked[key] ?? []), ...layersOf(view, element).map((each) => each.id)];
  }
  return picked;
}

/** Select what an element stands for: layers, or a whole model. */
export function pick(view: View, element: HTMLElement, event: MouseEvent | KeyboardEvent): void {
  const adds = event.ctrlKey || event.metaKey || event.shiftKey;
  const { room } = view;
  if (element.dataset.pick) {
    const { key } = view.models[Number(element.dataset.pick)];
    const old = room.state.models;
    const rest = old.filter((each) => each !== key);
    const isOn = rest.length < old.length && (adds || old.length === 1);
    change(room, { models: isOn ? rest : adds ? [...old, key] : [key] });
    tell(view.root, `${room.state.models.length} models chosen`);
    return;
  }
  select(room, idsOf(view, alike(view, element)), adds);
  tell(view.root, `${format(count(room.state.selection))} layers selected`);
}

/** Clear the selection; false if there is none. */
export function clear(view: View): boolean {
  const { selection, models } = view.room.state;
  if (!count(selection) && !models.length) return false;
  change(view.room, { selection: {}, models: [] });
  return true;
}

export const follow = (view: View): (() => void) => {
  mark(view);
  return listen(view.room, () => mark(view));
};

const SELECTABLE = "[data-at], [data-pick]";

/** Make the elements of a drawing selectable; one of them is reached by Tab, the others by arrows. */
export function link(view: View): () => void {
  const { root } = view;
  const thing = (event: Event) => (event.target as Element).closest<HTMLElement>(SELECTABLE);
  root.addEventListener("click", (event) => {
    const found = thing(event);
    if (found) pick(view, found, event);
  });
  root.addEventListener("keydown", (event) => {
    const found = thing(event);
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") clear(view);
    else if (found && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      pick(view, found, event);
    } else if (found && by) {
      event.preventDefault();
      const row = all(root, SELECTABLE);
      const next = row[row.indexOf(found) + by];
      if (!next) return;
      found.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    }
  });
  brush(view);
  return follow(view);
}

/** Drag a box over points: all in it are selected. */
function brush(view: View): void {
  const plane = view.root.querySelector<SVGRectElement>(".plane");
  if (!plane) return;
  plane.addEventListener("pointerdown", (down) => {
    down.preventDefault();
    plane.setPointerCapture(down.pointerId);
    const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    box.setAttribute("class", "brush");
    plane.after(box);
    const matrix = (plane.ownerSVGElement as SVGSVGElement).getScreenCTM()?.inverse();
    const at = (event: PointerEvent) => new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
    const from = at(down);
    const move = (event: PointerEvent) => {
      const to = at(event);
      const sizes = { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) };
      for (const [key, value] of Object.entries(sizes)) box.setAttribute(key, String(value));
    };
    plane.addEventListener("pointermove", move);
    plane.addEventListener("pointerup", (up) => {
      const area = box.getBoundingClientRect();
      box.remove();
      plane.removeEventListener("pointermove", move);
      const within = all(view.root, SELECTABLE).filter((each) => {
        const { x, y, width, height } = each.getBoundingClientRect();
        const [midX, midY] = [x + width / 2, y + height / 2];
        return midX >= area.left && midX <= area.right && midY >= area.top && midY <= area.bottom;
      });
      if (!within.length) {
        clear(view);
        return;
      }
      const models = within.flatMap((each) => (each.dataset.pick ? [view.models[Number(each.dataset.pick)].key] : []));
      const layers = within.filter((each) => each.dataset.at);
      if (models.length) change(view.room, { models });
      if (layers.length) change(view.room, { selection: idsOf(view, layers) });
      up.preventDefault();
    }, { once: true });
  });
}
