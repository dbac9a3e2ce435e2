// The bar above, the ruler, the hints below, and what was done last.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { action, LEVELS, showKey } from "./actions";
import { scale } from "./sheet";
import { figure, file, look, opened, picked, send, set, settings, toast, welcome } from "./state";

export function Button({ id, text, class: name }: { id: string; text?: string; class?: string }) {
  const of = action(id);
  const keys = of.keys.map(showKey).join(", ");
  return (
    <button
      type="button"
      class={name}
      data-action={id}
      title={`${of.words} (${keys})`}
      aria-label={of.words}
      aria-keyshortcuts={of.keys[0].replace("Ctrl", "Control").replace(" ", "")}
      disabled={of.when ? !of.when() : false}
      onClick={of.run}
    >
      {text ?? of.words}
    </button>
  );
}

function Level() {
  const of = figure.value;
  if (!of) return null;
  const written = String(settings.value.detail?.[0] ?? "auto");
  return (
    <span class="level" role="group" aria-label="Level of detail">
      <button type="button" aria-pressed={of.look === ""} title="The level of the file (0)" onClick={() => look("")}>
        {written === "auto" ? `auto: ${of.look === "" ? of.level : "…"}` : written}
      </button>
      {LEVELS.map((name, at) => (
        <button type="button" aria-pressed={of.look === name} title={`Look at this level (${at + 1})`} onClick={() => look(name)}>
          {name}
        </button>
      ))}
      {of.look !== "" && <Button id="pin" text="Pin" class="strong" />}
      {of.look === "" && written !== "auto" && (
        <button type="button" title="Back to auto" onClick={() => set("detail", null)}>Unpin</button>
      )}
    </span>
  );
}

function Template() {
  const templates = welcome.value?.catalogue.templates ?? [];
  const now = String(settings.value.template?.[0] ?? "base");
  const known = templates.some(([id]) => id === now);
  return (
    <label class="inline">
      Page
      <select id="template" value={now} onChange={(event) => set("template", event.currentTarget.value)}>
        {!known && <option value={now}>{now}</option>}
        {templates.map(([id, label]) => <option value={id}>{id} – {label}</option>)}
      </select>
    </label>
  );
}

export function Bar() {
  return (
    <header class="bar">
      <h1 title={welcome.value?.model}>{welcome.value?.model.split("/").pop()}</h1>
      <Button id="undo" text="↶" class="icon" />
      <Button id="redo" text="↷" class="icon" />
      <Level />
      <Template />
      <span class="room" />
      <span role="group" aria-label="Zoom">
        <Button id="smaller" text="−" class="icon" />
        <Button id="fit" text="Fit" />
        <Button id="true" text="True size" />
        <Button id="larger" text="+" class="icon" />
      </span>
      {welcome.value?.other && <Button id="compare" text="Compare" />}
      <Button id="search" text="Search" />
      <span role="group" aria-label="Export">
        <Button id="export" text="Export" class="strong" />
        <Button id="export-again" text="Again" />
        <Button id="snippet" text="LaTeX" />
      </span>
      <Button id="keys" text="?" class="icon" />
    </header>
  );
}

// The ruler: how wide the page is, how wide the figure.

const dragged = signal<number | null>(null);

function snap(width: number): number {
  const widths = (welcome.value?.catalogue.templates ?? []).map(([, , points]) => points);
  const near = widths.find((each) => Math.abs(each - width) < 4);
  return Math.round(near ?? width);
}

function setWidth(width: number): void {
  dragged.value = null;
  if (Math.round(width) !== Math.round(figure.value?.page ?? 0)) set("width", `${Math.round(width)}pt`);
}

export function Ruler() {
  const of = figure.value;
  if (!of) return null;
  const size = scale();
  const page = dragged.value ?? of.page;
  const ticks = Array.from({ length: Math.floor((page / 72) * 2.54) + 1 }, (_, cm) => (cm * 72) / 2.54);
  const start = (event: PointerEvent) => {
    const handle = event.currentTarget as HTMLElement;
    const x0 = event.clientX;
    const from = of.page;
    handle.setPointerCapture(event.pointerId);
    const move = (each: PointerEvent) => (dragged.value = snap(Math.max(80, from + (2 * (each.clientX - x0)) / size)));
    const up = () => {
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("pointerup", up);
      if (dragged.value !== null) setWidth(dragged.value);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", up);
  };
  const inches = (points: number) => `${(points / 72).toFixed(2)} in`;
  return (
    <div class="ruler" style={{ width: `${page * size}px` }}>
      <svg width={page * size} height="22" aria-hidden="true">
        {ticks.map((at, cm) => <line x1={at * size + 0.5} x2={at * size + 0.5} y1={cm % 5 ? 16 : 10} y2="22" />)}
        <rect x={(page - of.width) / 2 * size} y="19" width={of.width * size} height="3" class={of.width > page + 0.5 ? "wide" : "used"} />
      </svg>
      <span class="measure">
        figure {inches(of.width)} × {inches(of.height)} · page {inches(page)} ({of.template})
      </span>
      <button
        type="button"
        class="handle"
        role="slider"
        aria-label="Width of the page in points"
        aria-valuenow={Math.round(page)}
        aria-valuemin={80}
        aria-valuemax={2000}
        title="Drag to set the width; it snaps to the widths of the templates. Arrow keys: 1 pt, with Shift 10 pt. Enter sets it."
        onPointerDown={start}
        onKeyDown={(event) => {
          const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
          if (by) dragged.value = Math.max(80, page + by * (event.shiftKey ? 10 : 1));
          else if (event.key === "Enter") setWidth(page);
          else if (event.key === "Escape") dragged.value = null;
          else return;
          event.preventDefault();
        }}
        onBlur={() => dragged.value !== null && setWidth(dragged.value)}
      />
    </div>
  );
}

// Hints and what was done

function hint(): string {
  const many = picked.value.length;
  if (opened.value.length && !many) return "A group is open. Esc closes it. Click a glyph to select it.";
  if (!many) return "Click a glyph, Shift-click selects on to another, Ctrl-click adds, drag a box, Alt-drag a line around. Double-click a legend entry to rename it. / searches, ? lists all keys.";
  const glyph = picked.value[0];
  if (many > 1) return "G names the group, C colours, H hides the classes, Esc clears the selection.";
  if (glyph.is_frame) return "A frame for what goes in or comes out. Page → placeholders shows or hides it.";
  if (glyph.is_group) return "Enter opens the group, F2 renames it, C colours it, W tells why it is one.";
  return "Shift-click another glyph to select all between. C colours, F2 renames, H hides all of the class, N writes a note, W tells why.";
}

export function Hints() {
  const of = figure.value;
  return (
    <footer class="hints">
      <span>{hint()}</span>
      <span class="state">
        {of && `${of.glyphs.length} glyphs · ${of.level} · ${of.milliseconds} ms`} · {file.value?.by === "disk" ? "changed on disk" : "saved"}: {welcome.value?.file.split("/").pop()}
      </span>
    </footer>
  );
}

export function Toast() {
  const of = toast.value;
  useEffect(() => {
    if (!of) return;
    const timer = setTimeout(() => (toast.value = null), 6000);
    return () => clearTimeout(timer);
  }, [of]);
  return (
    <div class={`toast${of ? " on" : ""}`} role="status" aria-live="polite">
      {of && (
        <>
          <span>{of.text}</span>
          {of.undo && file.value?.undo != null && <button type="button" onClick={() => send("undo")}>Undo</button>}
        </>
      )}
    </div>
  );
}
