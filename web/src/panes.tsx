// The panes beside the sheet: Selection, Legend, Page, Text.

import { KINDS, Writer } from "./annotations";
import { Legend, Colors } from "./legend";
import { PageOptions } from "./page";
import { Text } from "./editor";
import { Button } from "./bars";
import { ungroup } from "./actions";
import { coloring, edit, figure, jump, lit, named, offers, pane, picked, reasons, rung, select } from "./state";
import type { Glyph } from "./wire";

const PANES = [["selection", "Selection"], ["legend", "Legend"], ["page", "Page"], ["text", "Text"]] as const;

export function Pane() {
  const move = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const at = PANES.findIndex(([id]) => id === pane.value);
    pane.value = PANES[(at + by + PANES.length) % PANES.length][0];
    requestAnimationFrame(() => document.querySelector<HTMLElement>("[role=tab][aria-selected=true]")?.focus());
  };
  return (
    <aside class="pane">
      <div role="tablist" aria-label="Panes" onKeyDown={move}>
        {PANES.map(([id, title], at) => (
          <button
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={pane.value === id}
            aria-controls="pane"
            tabIndex={pane.value === id ? 0 : -1}
            title={`Alt+${at + 1}`}
            onClick={() => (pane.value = id)}
          >
            {title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="pane" aria-labelledby={`tab-${pane.value}`} class={pane.value}>
        {pane.value === "selection" && <Selection />}
        {pane.value === "legend" && <Legend />}
        {pane.value === "page" && <PageOptions />}
        {pane.value === "text" && <Text />}
      </div>
    </aside>
  );
}

function Selection() {
  const many = picked.value;
  if (!many.length) return <Nothing />;
  return (
    <>
      {many.length === 1 ? <Card glyph={many[0]} /> : <Several glyphs={many} />}
      <div class="buttons">
        <Button id="open" text="Open" />
        <Button id="rename" text="Rename" />
        <Button id="color" text="Colour" />
        <Button id="hide" text="Hide class" />
        <Button id="same" text="All of this kind" />
        <Button id="why" text="Why?" />
        {KINDS.map(([kind, title]) => <Button key={kind} id={kind} text={title} />)}
      </div>
      <Writer />
      {coloring.value && <Colors name={coloring.value} />}
      <Why />
      <Group />
    </>
  );
}

function Nothing() {
  const of = figure.value;
  return (
    <>
      <h2>Nothing is selected</h2>
      <p class="quiet">{of?.alt}</p>
      {of?.warnings.map((each) => <p class="warning">{each}</p>)}
      <p class="quiet">Everything that you change is a line of the grouping file, and <kbd>net2fig</kbd> draws the same from it. The pane Text shows it.</p>
      <div class="buttons">
        <Button id="snippet" />
        <Button id="alt" />
        <Button id="command" />
      </div>
    </>
  );
}

function Card({ glyph }: { glyph: Glyph }) {
  return (
    <section aria-label="The glyph">
      <h2>{glyph.title}</h2>
      <p class="names">{glyph.names}</p>
      <dl>
        {glyph.rows.map(([key, value]) => (
          <>
            <dt>{key}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

function Several({ glyphs }: { glyphs: Glyph[] }) {
  const counts = new Map<string, number>();
  for (const each of glyphs) counts.set(each.type, (counts.get(each.type) ?? 0) + 1);
  const layers = glyphs.reduce((sum, each) => sum + each.layers.length, 0);
  return (
    <section aria-label="The glyphs">
      <h2>{glyphs.length} glyphs</h2>
      <p>{[...counts].map(([type, count]) => (count > 1 ? `${count} × ${type}` : type)).join(", ")}; {layers} layers</p>
    </section>
  );
}

function Why() {
  const found = reasons.value;
  if (!found) return null;
  return (
    <section aria-label="Why" class="why">
      <h3>Why is it drawn so?</h3>
      <ul>
        {found.reasons.map((each) => (
          <li>
            {each.text}{" "}
            {each.line !== null && (
              <button type="button" class="link" onClick={() => jump(each.line as number)}>line {each.line}</button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Group() {
  const offer = offers.value;
  const rules = picked.value.filter((each) => named.value.has(each.type));
  const remove = rules.length > 0 && (
    <p><button type="button" data-action="ungroup" title="Shift+G" onClick={ungroup}>Remove the group {rules[0].type}</button></p>
  );
  if (!offer) return remove || null;
  if (offer.refusal) {
    return (
      <section aria-label="Group">
        <h3>Group</h3>
        {remove}
        <p class="quiet refusal">These layers can be no group: {offer.refusal}.</p>
      </section>
    );
  }
  const write = (event: Event) => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem("name") as HTMLInputElement;
    if (!field.value.trim()) return;
    edit("group", { rule: { name: field.value.trim(), match: offer.rungs[rung.value].match }, inner: offer.inner });
    select([]);
  };
  const chosen = offer.rungs[rung.value];
  const count = (places: string[][]) => (places.length === 1 ? "1 place" : `${places.length} places`);
  return (
    <section aria-label="Group">
      <h3>Group</h3>
      {remove}
      <form onSubmit={write} onKeyDown={(event) => event.key === "Escape" && select([])}>
        <label>
          Name
          <input id="group-name" name="name" key={offer.name + offer.layers.join()} defaultValue={offer.name} autocomplete="off" />
        </label>
        <fieldset class="ladder">
          <legend>What counts as this group</legend>
          {offer.rungs.map((each, at) => (
            <label
              onMouseEnter={() => (lit.value = new Set(each.places.flat()))}
              onMouseLeave={() => (lit.value = new Set())}
            >
              <input type="radio" name="rung" checked={rung.value === at} onChange={() => (rung.value = at)} />
              <span class="rung">{each.label}</span>
              <strong>{count(each.places)}</strong>
              <code>{each.match}</code>
              {each.added.length > 0 && <span class="quiet more">with {each.added.slice(0, 4).join(", ")}{each.added.length > 4 ? ` and ${each.added.length - 4} more` : ""}</span>}
            </label>
          ))}
        </fieldset>
        {offer.inner.length > 0 && <p class="quiet">Written as well, since the pattern names them: {offer.inner.map((each) => each.name).join(", ")}</p>}
        <button type="submit" class="strong">Group {chosen ? count(chosen.places) : ""}</button>
      </form>
    </section>
  );
}
