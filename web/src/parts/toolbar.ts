// The toolbar of a room: filter, grouping, and what is selected.

import { h } from "./dom";
import { parse } from "./filter";
import type { Model, View } from "./model";
import { change, count, type Ids, listen } from "./room";
import { GROUPINGS } from "./table";

/** The words that a filter of these models can have. */
function words(models: Model[]): string[] {
  const layers = models.flatMap((each) => each.layers);
  const kinds = new Set(layers.map((each) => `:${each.kind}`));
  const types = new Set(layers.map((each) => each.type));
  return [...[...types].sort(), ...[...kinds].sort(), "params>1M", "params>100k"];
}

const list = (selection: Ids): string[] => Object.values(selection).flat();

/** The selection as the text of a program. */
const quote = (names: string[]) => `[${names.map((each) => JSON.stringify(each)).join(", ")}]`;

export function toolbar(view: View): () => void {
  const { root, room } = view;
  const id = `${root.id || "view"}-words`;
  const filter = h("input", {
    type: "search", list: id, placeholder: "Filter: Conv2D, :norm, params>1M", "aria-label": "Filter", spellcheck: "false",
    input: () => change(room, { filter: filter.value }),
  }) as HTMLInputElement;
  const problem = h("span", { class: "problem", role: "alert" });
  const group = h("select", { "aria-label": "Group by", change: () => change(room, { group: group.value }) },
    h("option", { value: "" }, "no groups"),
    ...GROUPINGS.map((each) => h("option", { value: each }, `by ${each}`)),
  ) as HTMLSelectElement;
  const selected = h("span", { class: "count" });
  const text = h("textarea", { rows: "2", readonly: true, hidden: true, "aria-label": "To be copied" }) as HTMLTextAreaElement;
  const copy = async (made: string) => {
    text.value = made;
    try {
      await navigator.clipboard.writeText(made);
      selected.textContent = "Copied";
    } catch {
      text.hidden = false;
      text.select();
    }
  };
  const button = (words: string, title: string, click: () => void) => h("button", { type: "button", title, click }, words);
  const actions = h("span", { class: "actions" },
    button("Clear", "Select nothing", () => change(room, { selection: {}, models: [] })),
    button("Copy names", "As a list of Python", () => void copy(quote(list(room.state.selection)))),
    button("Copy hide", "As a line of the grouping file", () => void copy(`hide = ${quote(list(room.state.selection))}`)),
  );
  root.classList.add("toolbar");
  root.setAttribute("role", "toolbar");
  root.append(filter, h("datalist", { id }, ...words(view.models).map((value) => h("option", { value }))), group, problem, selected, actions, text);

  function update(): void {
    const { state } = room;
    if (filter.value !== state.filter) filter.value = state.filter;
    group.value = GROUPINGS.includes(state.group) ? state.group : "";
    try {
      parse(state.filter);
      problem.textContent = "";
    } catch (error) {
      problem.textContent = (error as Error).message;
    }
    const number = count(state.selection);
    const parts = [
      ...(number ? [`${number} ${number === 1 ? "layer" : "layers"} selected`] : []),
      ...(state.models.length ? [`${state.models.length} of ${view.models.length} models`] : []),
    ];
    selected.textContent = parts.join(", ") || "Nothing selected";
    actions.hidden = !parts.length;
    text.hidden = true;
  }
  update();
  return listen(room, update);
}
