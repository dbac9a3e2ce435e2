// The table of layers: sorted by a column, in groups, and no longer than it can be read.

import { all, format, h } from "./dom";
import { clear, mark, pick } from "./linked";
import { layersOf, testOf, type Layer, type View } from "./model";
import { listen } from "./room";

const MOST = 500;
/** The columns by the words of the room's grouping. */
const GROUPS: Record<string, (layer: Layer) => string> = {
  class: (layer) => layer.type,
  kind: (layer) => layer.kind,
  group: (layer) => layer.group,
  resolution: (layer) => layer.resolution,
};

export const GROUPINGS = Object.keys(GROUPS);

const SORTS: Record<string, (layer: Layer) => string | number> = {
  layer: (layer) => layer.id,
  class: (layer) => layer.type,
  kind: (layer) => layer.kind,
  parameters: (layer) => layer.params ?? -1,
  "multiply–adds": (layer) => layer.macs ?? -1,
  group: (layer) => layer.group,
};

export function table(view: View): () => void {
  const { root, room } = view;
  const grid = root.querySelector("table") as HTMLTableElement;
  const rows = all<HTMLTableRowElement>(grid, "tbody tr");
  const layers = new Map(rows.map((row) => [row, layersOf(view, row)[0]]));
  const width = grid.tHead?.rows[0].cells.length ?? 1;
  const more = h("button", { type: "button", class: "more", click: () => ((whole = true), arrange()) });
  let sort = "";
  let falls = false;
  let whole = false;
  let shape = "";
  grid.after(more);

  const layer = (row: HTMLTableRowElement) => layers.get(row) as Layer;

  /** Put the rows into their order and their groups; those that the filter leaves out are hidden. */
  function arrange(): void {
    const test = testOf(room);
    const by = room.state.group in GROUPS ? GROUPS[room.state.group] : null;
    let shown = rows.filter((row) => !test || test(layer(row)));
    const value = sort in SORTS ? SORTS[sort] : null;
    if (value) {
      const order = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);
      shown = [...shown].sort((a, b) => (falls ? -1 : 1) * order(value(layer(a)), value(layer(b))));
    }
    const hidden = whole ? 0 : Math.max(0, shown.length - MOST);
    more.hidden = !hidden;
    more.textContent = `Show ${format(hidden)} more layers`;
    const total = shown;
    shown = shown.slice(0, shown.length - hidden);
    const groups = new Map<string, HTMLTableRowElement[]>();
    for (const row of shown) {
      const name = by ? by(layer(row)) || "none" : "";
      groups.set(name, [...(groups.get(name) ?? []), row]);
    }
    for (const body of all(grid, "tbody")) body.remove();
    for (const [name, members] of groups) {
      const body = h("tbody");
      if (by) body.append(head(name, members));
      body.append(...members);
      grid.append(body);
    }
    if (!groups.size) grid.append(h("tbody", {}, h("tr", {}, h("td", { colspan: String(width) }, "No layer matches the filter."))));
    const foot = root.querySelector(".sum") as HTMLElement;
    foot.textContent = sum(total);
    mark(view);
  }

  const sum = (members: HTMLTableRowElement[]) => {
    const params = members.reduce((total, row) => total + (layer(row).params ?? 0), 0);
    return `${format(members.length)} ${members.length === 1 ? "layer" : "layers"}, ${format(params)} parameters`;
  };

  const head = (name: string, members: HTMLTableRowElement[]) =>
    h("tr", { class: "group" }, h("th", { colspan: String(width), scope: "rowgroup" }, name, h("span", {}, sum(members))));

  for (const cell of all(grid, "thead th[data-sort]")) {
    const name = cell.dataset.sort as string;
    const turn = () => {
      falls = sort === name && !falls;
      sort = name;
      for (const each of all(grid, "thead th")) each.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", falls ? "descending" : "ascending");
      arrange();
    };
    cell.replaceChildren(h("button", { type: "button", click: turn }, cell.textContent ?? ""));
  }
  root.addEventListener("click", (event) => {
    const row = (event.target as Element).closest<HTMLElement>("tr[data-at]");
    if (row) pick(view, row, event);
  });
  root.addEventListener("keydown", (event) => {
    const row = (event.target as Element).closest<HTMLTableRowElement>("tr[data-at]");
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") clear(view);
    if (!row) return;
    if (event.key === "Enter" || event.key === " ") pick(view, row, event);
    else if (by) {
      const seen = all(grid, "tr[data-at]");
      seen[seen.indexOf(row) + by]?.focus();
    } else return;
    event.preventDefault();
  });

  /** Follow the room: another order only where that is needed, and the selection in sight. */
  function update(): void {
    const wanted = `${room.state.filter}\n${room.state.group}`;
    if (wanted !== shape) {
      shape = wanted;
      arrange();
    } else mark(view);
    const first = grid.querySelector<HTMLElement>("tr.selected");
    const frame = root.querySelector(".frame") as HTMLElement;
    if (first && !frame.contains(scopeActive(root))) {
      const { top, bottom } = first.getBoundingClientRect();
      const box = frame.getBoundingClientRect();
      if (top < box.top + 32 || bottom > box.bottom) frame.scrollTop += top - box.top - box.height / 3;
    }
  }
  update();
  return listen(room, update);
}

const scopeActive = (root: HTMLElement) => (root.getRootNode() as Document | ShadowRoot).activeElement;
