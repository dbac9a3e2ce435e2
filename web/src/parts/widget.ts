// A view in a notebook, as anywidget calls it. The room lives in the browser: views stay linked
// when the kernel has ended, and Python follows while it runs.

import { h } from "./dom";
import { type PackedModel, unpack, type View } from "./model";
import { EMPTY, enter, listen, type State, take } from "./room";
import { toolbar } from "./toolbar";
import { views } from "./views";

interface Traits {
  get(name: string): any;
  set(name: string, value: unknown): void;
  on(name: string, call: () => void): void;
  off(name: string, call: () => void): void;
  save_changes(): void;
}

interface Content {
  kind: string;
  title: string;
  html: string;
  css: string;
  models: PackedModel[];
  data: Record<string, unknown>;
}

/** Return the front of a widget, whose views have this style. */
export function widget(style: string) {
  return {
    render({ model, el }: { model: Traits; el: HTMLElement }): () => void {
      const content = model.get("content") as Content;
      const room = enter(model.get("room"));
      // Names and styles of a view stay its own; keys are not those of the notebook.
      const host = h("div", { "data-lm-suppress-shortcuts": "true" });
      el.append(host);
      const shadow = host.attachShadow({ mode: "open" });
      const root = h("section", { class: `view ${content.kind}`, "aria-label": content.title });
      const kept = document.createElement("template");
      kept.innerHTML = content.html;
      root.append(kept.content);
      shadow.append(h("style", {}, style + content.css), root);
      const view: View = {
        root, kind: content.kind, title: content.title, models: content.models.map(unpack), room, data: content.data,
        moved: () => undefined,
      };
      const bar = content.kind === "table" ? h("section", { "aria-label": "Selection and filter" }) : null;
      if (bar) root.before(bar);
      const endBar = bar && toolbar({ ...view, root: bar });
      const read = () => take(room, { ...EMPTY, ...(model.get("state") as State) });
      const send = () => {
        if (JSON.stringify(model.get("state")) === JSON.stringify(room.state)) return;
        model.set("state", room.state);
        model.save_changes();
      };
      const end = views[content.kind]?.(view);
      read();
      send();
      const stop = listen(room, send);
      model.on("change:state", read);
      host.addEventListener("keydown", (event) => event.stopPropagation());
      return () => {
        stop();
        end?.();
        endBar?.();
        model.off("change:state", read);
      };
    },
  };
}
