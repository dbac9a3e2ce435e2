// A figure: cards of glyphs, groups that open, entries of the legend that show their glyphs.

import { all, h, shared, tell } from "./dom";
import { clear, follow, mark, pick } from "./linked";
import type { View } from "./model";

interface Card {
  title: string;
  names: string;
  rows: [string, string][];
}

interface Drawn {
  title: string;
  parent: number;
}

const THING = "[data-card], .entry[data-entry]";

export function figure(view: View): () => void {
  const { root } = view;
  const data = view.data as { closed: string; states: Drawn[]; cards: Card[] };
  const sheet = root.querySelector(".sheet") as HTMLElement;
  const trail = root.querySelector(".trail") as HTMLElement;
  const card = shared(root, "card", () => h("div", { id: "card", role: "tooltip", hidden: true }));
  const drawings: SVGSVGElement[] = [sheet.querySelector("svg") as SVGSVGElement];
  let here = 0;
  let pinned: string | null = null;

  const glyphs = () => all<HTMLElement>(drawings[here], ".network > [data-card]");
  const thing = (event: Event) => (event.target as Element).closest?.<HTMLElement>(THING) ?? null;

  // The card of a glyph: beneath it, or above where the window ends.

  function tellOf(glyph: HTMLElement): void {
    const about = data.cards[Number(glyph.dataset.card)];
    card.replaceChildren(h("strong", {}, about.title));
    if (about.names) card.append(h("p", {}, about.names));
    card.append(h("dl", {}, ...about.rows.flatMap(([key, value]) => [h("dt", {}, key), h("dd", {}, value)])));
    if (glyph.dataset.open) card.append(h("em", {}, "Click, or press Enter, to open the group."));
    card.hidden = false;
    glyph.setAttribute("aria-describedby", "card");
    const at = (glyph.querySelector(".ring") as Element).getBoundingClientRect();
    const { width, height } = card.getBoundingClientRect();
    const left = Math.min(at.left, document.documentElement.clientWidth - width - 8);
    const above = at.top - height - 8;
    const below = at.bottom + 8;
    const fits = below + height < window.innerHeight || above < 0;
    // What is fixed stands in the window, or in an ancestor that is moved by a transformation.
    card.style.left = card.style.top = "0px";
    const origin = card.getBoundingClientRect();
    card.style.left = `${Math.max(8, left) - origin.left}px`;
    card.style.top = `${(fits ? below : above) - origin.top}px`;
  }

  function hush(): void {
    card.hidden = true;
    for (const each of all(sheet, "[aria-describedby=card]")) each.removeAttribute("aria-describedby");
  }

  // Glyphs and their entries in the legend.

  function light(entry: string | null): void {
    drawings[here].classList.toggle("lit", entry !== null);
    for (const each of glyphs()) {
      each.classList.toggle("on", entry !== null && (each.dataset.lit ?? "").split(" ").includes(entry));
    }
  }

  function near(entry: string | undefined): void {
    for (const each of all(drawings[here], ".entry")) {
      each.classList.toggle("near", entry !== undefined && each.dataset.entry === entry);
    }
  }

  function pin(entry: string | null): void {
    pinned = pinned === entry ? null : entry;
    for (const each of all(drawings[here], ".entry[aria-pressed]")) {
      each.setAttribute("aria-pressed", String(each.dataset.entry === pinned));
    }
    light(pinned);
  }

  // Groups that are open: each state is a drawing of its own.

  function drawing(number: number): SVGSVGElement {
    if (!drawings[number]) {
      const kept = all<HTMLTemplateElement>(root, "template")[number - 1].content;
      drawings[number] = document.importNode(kept, true).querySelector("svg") as SVGSVGElement;
    }
    return drawings[number];
  }

  function show(number: number): void {
    hush();
    if (pinned !== null) pin(pinned);
    light(null);
    near(undefined);
    here = number;
    root.dataset.state = String(number);
    sheet.replaceChildren(drawing(number));
    const path: number[] = [];
    for (let at = number; at; at = data.states[at].parent) path.unshift(at);
    trail.replaceChildren(
      ...path.flatMap((at) => {
        const { parent } = data.states[at];
        const words = parent ? data.states[parent].title : data.closed;
        return [h("button", { type: "button", click: () => close(at) }, words), h("span", {}, "›")];
      }),
    );
    if (number) trail.append(h("span", {}, data.states[number].title));
    mark(view);
    view.moved();
  }

  function open(number: number): void {
    show(number);
    drawings[here].querySelector<SVGElement>(".network > .opened")?.focus({ preventScroll: true });
    tell(root, `${data.states[number].title} is open. Escape closes it.`);
    hush();
  }

  function close(number: number): void {
    const { parent, title } = data.states[number];
    show(parent);
    glyphs().find((each) => each.dataset.open === String(number))?.focus({ preventScroll: true });
    tell(root, `${title} is closed.`);
    hush();
  }

  function act(found: HTMLElement, event: MouseEvent | KeyboardEvent): void {
    const adds = event.ctrlKey || event.metaKey || event.shiftKey;
    if (found.matches(".entry")) {
      pin(found.dataset.entry as string);
      return;
    }
    const opens = found.dataset.open !== undefined && !adds;
    // With no view beside it, a group that opens needs no mark.
    if (found.dataset.at && !(opens && view.data.alone)) pick(view, found, event);
    if (opens) open(Number(found.dataset.open));
  }

  function point(found: HTMLElement): void {
    if (found.dataset.card) {
      tellOf(found);
      near(found.dataset.entry);
    } else {
      light(found.dataset.entry as string);
    }
  }

  function leave(): void {
    hush();
    near(undefined);
    light(pinned);
  }

  function step(found: HTMLElement, by: number): void {
    const row = found.matches(".entry") ? all(drawings[here], ".entry[data-entry]") : glyphs();
    row[row.indexOf(found) + by]?.focus();
  }

  function key(event: KeyboardEvent): void {
    const found = thing(event);
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.altKey) return;
    if (event.key === "Escape") {
      if (event.ctrlKey || event.metaKey) return;
      if (pinned !== null) pin(pinned);
      else if (here) close(here);
      else if (!clear(view)) leave();
    } else if (found && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      act(found, event);
    } else if (found && by && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      step(found, by);
    }
  }

  sheet.addEventListener("pointerover", (event) => {
    const found = thing(event);
    if (found) point(found);
  });
  sheet.addEventListener("pointerout", (event) => {
    if (thing(event)) leave();
  });
  sheet.addEventListener("focusin", (event) => {
    const found = thing(event);
    if (found?.matches(":focus-visible")) point(found);
  });
  sheet.addEventListener("focusout", leave);
  sheet.addEventListener("click", (event) => {
    const found = thing(event);
    if (found) act(found, event);
  });
  window.addEventListener("scroll", hush, { passive: true });
  // A figure that has a document of its own hears keys wherever the focus is.
  const ear: EventTarget = view.data.alone ? document : root;
  ear.addEventListener("keydown", key as EventListener);
  view.show = show;
  const stop = follow(view);
  return () => {
    stop();
    hush();
    window.removeEventListener("scroll", hush);
  };
}
