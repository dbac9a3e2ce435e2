// The sheet: the figure as it is in the file, and above it what can be pointed at.

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { box, lasso, startDrag } from "./drag";
import {
  anchor, between, close, coloring, current, edit, figure, lit, named, offers, open, opened, pane, problems, rung, renaming,
  select, selected, zoom,
} from "./state";
import type { Entry, Figure, Glyph } from "./wire";

const room = signal(800);
const tall = signal(600);
const MARGIN = 32;

/** Pixels per point. */
export function scale(): number {
  const width = figure.value?.width ?? 1;
  if (zoom.value !== "fit") return zoom.value;
  const wide = (room.value - 2 * MARGIN) / Math.max(width, figure.value?.page ?? 0);
  // A tall figure is not made smaller than its true size.
  const high = Math.max((tall.value - 1.5 * MARGIN) / (figure.value?.height ?? 1), 96 / 72);
  return Math.min(Math.max(Math.min(wide, high), 0.4), 3);
}

/** The figure, replaced in one step when the next is ready. */
function Picture({ of }: { of: Figure }) {
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const image = new Image();
    image.alt = of.alt;
    image.className = "figure";
    image.src = `data:image/svg+xml,${encodeURIComponent(of.svg)}`;
    image.draggable = false;
    image.dataset.rev = of.rev;
    image.dataset.look = of.look;
    let isNewest = true;
    const place = () => isNewest && holder.current?.replaceChildren(image);
    image.decode().then(place, place);
    return () => void (isNewest = false);
  }, [of.svg, of.rev, of.look, of.alt]);
  return <div class="picture" ref={holder} />;
}

function litLayers(): ReadonlySet<string> {
  if (lit.value.size) return lit.value;
  const offer = offers.value;
  return new Set(offer && !offer.refusal ? offer.rungs[rung.value]?.places.flat() : []);
}

function press(event: MouseEvent, glyph: Glyph): void {
  const ids = new Set(selected.value);
  if (event.shiftKey && anchor.value) for (const id of between(anchor.value, glyph.id)) ids.add(id);
  else if (event.ctrlKey || event.metaKey) {
    if (!ids.delete(glyph.id)) ids.add(glyph.id);
  } else {
    ids.clear();
    ids.add(glyph.id);
  }
  pane.value = pane.value === "text" ? "text" : "selection";
  select(ids, glyph.id);
}

function Hit({ glyph, shown }: { glyph: Glyph; shown: ReadonlySet<string> }) {
  const [x, y, width, height] = glyph.box;
  const on = selected.value.has(glyph.id);
  const near = !on && glyph.layers.some((id) => shown.has(id));
  return (
    <rect
      class={`hit${on ? " on" : ""}${near ? " near" : ""}`}
      data-id={glyph.id}
      role="option"
      aria-label={glyph.label}
      aria-selected={on}
      tabIndex={glyph.id === current.value ? 0 : -1}
      {...{ x, y, width, height, rx: 2 }}
      onFocus={() => (current.value = glyph.id)}
      onMouseDown={(event) => event.stopPropagation()}
      onClick={(event) => press(event, glyph)}
      onDblClick={() => open(glyph)}
    >
      <title>{glyph.names ? `${glyph.title}: ${glyph.names}` : glyph.title}</title>
    </rect>
  );
}

function EntryHit({ entry }: { entry: Entry }) {
  const [x, y, width, height] = entry.box as [number, number, number, number];
  const members = () => figure.value?.glyphs.filter((each) => each.style === entry.name) ?? [];
  const light = () => (lit.value = new Set(members().flatMap((each) => each.layers)));
  const pick = () => {
    select(members().map((each) => each.id), members()[0]?.id);
    pane.value = "selection";
  };
  return (
    <rect
      class="hit entry"
      data-entry={entry.name}
      role="button"
      aria-label={`Legend: ${entry.label}. Enter selects its glyphs, F2 renames it.`}
      tabIndex={0}
      {...{ x, y, width, height, rx: 2 }}
      onMouseEnter={light}
      onMouseLeave={() => (lit.value = new Set())}
      onFocus={light}
      onBlur={() => (lit.value = new Set())}
      onMouseDown={(event) => event.stopPropagation()}
      onClick={pick}
      onDblClick={() => (renaming.value = entry.name)}
      onKeyDown={(event) => {
        if (event.key === "Enter") pick();
        else if (event.key === "F2") renaming.value = entry.name;
        else if (event.key === "c") {
          pick();
          coloring.value = entry.name;
        } else return;
        event.preventDefault();
      }}
    >
      <title>{`${entry.label}: click selects, double-click renames`}</title>
    </rect>
  );
}

/** The field in place of the words of an entry. */
function Rename() {
  const name = renaming.value;
  const entry = figure.value?.entries.find((each) => each.name === name);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [name]);
  if (!name || !entry) return null;
  const size = scale();
  const [x, y, , height] = entry.box ?? [0, 0, 0, 12];
  const done = (value: string | null) => {
    if (renaming.value === null) return;
    renaming.value = null;
    if (value === null || !value.trim() || value === entry.label) return;
    if (entry.is_group && named.value.has(name)) edit("rename", { name, new: value.trim() });
    else edit("style", { name, key: "label", value: value.trim() });
  };
  return (
    <input
      ref={field}
      class="rename"
      aria-label={`New words for ${entry.label}`}
      value={entry.is_group && named.value.has(name) ? name : entry.label}
      style={{ left: `${x * size}px`, top: `${y * size}px`, minHeight: `${height * size}px` }}
      onMouseDown={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") done(event.currentTarget.value);
        else if (event.key === "Escape") done(null);
      }}
      onBlur={(event) => done(event.currentTarget.value)}
    />
  );
}

function Trail() {
  if (!opened.value.length) return null;
  return (
    <nav class="trail" aria-label="Open groups">
      <button type="button" onClick={close}>‹ Close {opened.value[opened.value.length - 1].title}</button>
      <span>{opened.value.map((each) => each.title).join(" › ")} is open. This is a look: nothing is written.</span>
    </nav>
  );
}

export function Sheet() {
  const desk = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = desk.current as HTMLDivElement;
    const watcher = new ResizeObserver(() => {
      room.value = element.clientWidth;
      tall.value = element.clientHeight;
    });
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
  const of = figure.value;
  return (
    <div class={`sheet${problems.value.length ? " stale" : ""}`} ref={desk} onMouseDown={(event) => startDrag(event, of, scale())}>
      <Trail />
      {of ? <Paper of={of} /> : !problems.value.length && <p class="quiet" role="status">The model is read …</p>}
    </div>
  );
}

function Paper({ of }: { of: Figure }) {
  const size = scale();
  const width = of.width * size;
  const height = of.height * size;
  const shown = litLayers();
  return (
    <div class="paper" data-zoom={String(size).slice(0, 6)} style={{ width: `${width}px`, height: `${height}px` }}>
      <Picture of={of} />
      <svg class="above" viewBox={`0 0 ${of.width} ${of.height}`} role="listbox" aria-multiselectable="true" aria-label="The glyphs of the figure">
        {of.glyphs.map((glyph) => <Hit key={glyph.id} glyph={glyph} shown={shown} />)}
        {of.entries.filter((each) => each.box).map((entry) => <EntryHit key={entry.name} entry={entry} />)}
        {box.value && <rect class="box" x={box.value[0]} y={box.value[1]} width={box.value[2]} height={box.value[3]} />}
        {lasso.value.length > 1 && <polygon class="box" points={lasso.value.map((each) => each.join()).join(" ")} />}
      </svg>
      <Rename />
    </div>
  );
}
