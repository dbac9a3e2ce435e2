// Search, keys, export, and what could not be copied.

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ACTIONS, focus, showKey } from "./actions";
import { Button } from "./bars";
import { idOf, paths } from "./page";
import { compared, copied, dialog, exists, figure, pane, refused, select, send, welcome } from "./state";

function Dialog({ title, children, wide }: { title: string; children: ComponentChildren; wide?: boolean }) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    element.current?.showModal();
    // A dialog gives the focus to its first button; a field is what it is opened for.
    const field = element.current?.querySelector("input");
    field?.focus();
    field?.select();
  }, []);
  return (
    <dialog ref={element} class={wide ? "wide" : ""} aria-label={title} onClose={() => (dialog.value = "")} onClick={(event) => event.target === element.current && (dialog.value = "")}>
      <div class="row head">
        <h2>{title}</h2>
        <button type="button" aria-label="Close" title="Esc" onClick={() => (dialog.value = "")}>×</button>
      </div>
      {children}
    </dialog>
  );
}

export function Dialogs() {
  switch (dialog.value) {
    case "search":
      return <Search />;
    case "keys":
      return <Keys />;
    case "export":
      return <Export />;
    case "copy":
      return <Copy />;
    case "compare":
      return <Comparison />;
    default:
      return null;
  }
}

/** The figure of both models, and beside it their differences. */
function Comparison() {
  const found = compared.value;
  if (!found) return null;
  return (
    <Dialog title={`${found.names[0]} and ${found.names[1]}`} wide>
      <div class="comparison">
        <img class="compared" alt={found.alt} src={`data:image/svg+xml,${encodeURIComponent(found.svg)}`} />
        <ul>{found.words.map((each) => <li>{each}</li>)}</ul>
      </div>
    </Dialog>
  );
}

interface Found {
  words: string;
  sort: string;
  run: () => void;
}

const words = signal("");
const chosen = signal(0);

function everything(): Found[] {
  const of = figure.value;
  const found: Found[] = [];
  for (const each of of?.glyphs ?? []) {
    const run = () => {
      select([each.id], each.id);
      pane.value = "selection";
      focus(`.hit[data-id="${CSS.escape(each.id)}"]`);
    };
    found.push({ words: `${each.title} ${each.names}`, sort: "glyph", run });
  }
  for (const each of of?.entries ?? []) {
    const ids = of?.glyphs.filter((glyph) => glyph.style === each.name).map((glyph) => glyph.id) ?? [];
    found.push({ words: each.label, sort: "legend", run: () => select(ids, ids[0]) });
  }
  for (const each of of?.classes ?? []) found.push({ words: `${each.name} :${each.kind} ×${each.count}`, sort: "class", run: () => { pane.value = "legend"; } });
  for (const path of paths()) {
    const run = () => {
      pane.value = "page";
      focus(`#${idOf(path)}`);
    };
    found.push({ words: path.replace("page.", ""), sort: "option", run });
  }
  for (const each of ACTIONS) if (!each.when || each.when()) found.push({ words: each.words, sort: each.keys.map(showKey).join(", "), run: each.run });
  return found;
}

function Search() {
  const parts = words.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = parts.length ? everything().filter((each) => parts.every((part) => each.words.toLowerCase().includes(part))).slice(0, 12) : [];
  const at = Math.min(chosen.value, Math.max(found.length - 1, 0));
  const go = (each?: Found) => {
    if (!each) return;
    dialog.value = "";
    words.value = "";
    each.run();
  };
  return (
    <Dialog title="Search">
      <input
        id="search"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls="results"
        aria-activedescendant={found.length ? `result-${at}` : undefined}
        aria-label="Layers, kinds, groups, options, commands"
        placeholder="Layers, kinds, groups, options, commands"
        autocomplete="off"
        value={words.value}
        onInput={(event) => {
          words.value = event.currentTarget.value;
          chosen.value = 0;
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") chosen.value = Math.min(at + 1, found.length - 1);
          else if (event.key === "ArrowUp") chosen.value = Math.max(at - 1, 0);
          else if (event.key === "Enter") go(found[at]);
          else return;
          event.preventDefault();
        }}
      />
      <ul id="results" role="listbox" class="results">
        {found.map((each, number) => (
          <li id={`result-${number}`} role="option" aria-selected={number === at} onClick={() => go(each)}>
            <span>{each.words}</span>
            <span class="quiet">{each.sort}</span>
          </li>
        ))}
      </ul>
      {parts.length > 0 && !found.length && <p class="quiet">Nothing is called so.</p>}
    </Dialog>
  );
}

function Keys() {
  return (
    <Dialog title="All keys">
      <table>
        <tbody>
          {ACTIONS.map((each) => (
            <tr>
              <td>{each.keys.map((key) => <kbd>{showKey(key)}</kbd>)}</td>
              <td>{each.words}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="buttons"><Button id="report" /></div>
      <p class="quiet">In the legend of the figure: Enter selects the glyphs of an entry, F2 renames it, C colours it. Every key is a button or a line of the search as well.</p>
    </Dialog>
  );
}

function Export() {
  const stem = (welcome.value?.model.split("/").pop() ?? "figure").replace(/(\.network)?\.[^.]*$/, "");
  const names = welcome.value?.outputs.length ? welcome.value.outputs : [`${stem}.pdf`];
  const send_ = (event: Event) => {
    event.preventDefault();
    const field = document.querySelector<HTMLInputElement>("#paths");
    refused.value = null;
    send("export", { paths: (field?.value ?? "").split(",").map((each) => each.trim()).filter(Boolean), replace: exists.value !== null });
  };
  return (
    <Dialog title="Export">
      <form onSubmit={send_}>
        <label>
          Files, with commas between
          <input id="paths" autocomplete="off" defaultValue={names.join(", ")} onInput={() => (exists.value = null)} />
        </label>
        <p class="quiet">The suffix says the format: .pdf .svg .tex .png .html .json. Files stand in the folder in which the studio was started.</p>
        {exists.value && <p class="warning" role="alert">{exists.value.join(", ")} {exists.value.length > 1 ? "exist" : "exists"} and was not written here.</p>}
        {refused.value && <p class="warning" role="alert">{refused.value.text} {refused.value.hint}</p>}
        <div class="buttons">
          <button type="submit" class="strong">{exists.value ? "Replace" : "Export"}</button>
          <button type="button" onClick={() => { exists.value = null; dialog.value = ""; }}>Cancel</button>
        </div>
      </form>
      <div class="buttons">
        <Button id="snippet" />
        <Button id="alt" />
        <Button id="command" />
      </div>
    </Dialog>
  );
}

function Copy() {
  return (
    <Dialog title="Copy">
      <p class="quiet">The browser does not let the page write to the clipboard. Press Ctrl+C.</p>
      <textarea rows={12} readOnly aria-label="Text to copy" ref={(field) => field?.select()} value={copied.value?.text} />
    </Dialog>
  );
}
