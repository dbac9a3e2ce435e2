// The editor of the pane Text, in a shadow root: its styles need no exception from the policy.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { toml } from "@codemirror/legacy-modes/mode/toml";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colors = HighlightStyle.define([
  { tag: tags.comment, color: "var(--quiet)" },
  { tag: tags.string, color: "var(--string)" },
  { tag: [tags.number, tags.atom, tags.bool], color: "var(--number)" },
  { tag: [tags.propertyName, tags.definition(tags.variableName)], color: "var(--ink)" },
  { tag: [tags.bracket, tags.heading], color: "var(--accent)" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--field)", fontSize: "13px" },
  "&.cm-focused": { outline: "2px solid var(--accent)" },
  ".cm-scroller": { fontFamily: "ui-monospace, monospace", lineHeight: "1.5" },
  ".cm-gutters": { backgroundColor: "var(--pane)", color: "var(--quiet)", border: "none" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--near)" },
  ".cm-selectionBackground": { backgroundColor: "var(--select) !important" },
  ".cm-panels": { backgroundColor: "var(--pane)", color: "var(--ink)" },
  ".cm-tooltip": { backgroundColor: "var(--pane)", color: "var(--ink)", border: "1px solid var(--edge)" },
});

export function makeEditor(holder: HTMLElement, text: string, on: { changed: () => void; save: () => void }) {
  const root = holder.shadowRoot ?? holder.attachShadow({ mode: "open" });
  // The editor knows one end of lines; that of the file is given back.
  let lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const save = { key: "Mod-s", run: () => (on.save(), true), preventDefault: true };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), lintGutter(), history(), drawSelection(), highlightActiveLine(), search(), EditorView.lineWrapping,
        StreamLanguage.define(toml), syntaxHighlighting(colors), theme,
        keymap.of([save, indentWithTab, ...defaultKeymap, ...historyKeymap, ...searchKeymap]),
        EditorView.contentAttributes.of({ "aria-label": "The grouping file" }),
        EditorView.updateListener.of((update) => update.docChanged && on.changed()),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString().replaceAll("\n", lineEnd),
    setText(written: string) {
      lineEnd = written.includes("\r\n") ? "\r\n" : "\n";
      const next = written.replaceAll("\r\n", "\n");
      const now = view.state.doc.toString();
      if (now === next) return;
      // Only what differs is replaced, so that cursor and scroll stay.
      let start = 0;
      while (start < now.length && start < next.length && now[start] === next[start]) start++;
      let end = 0;
      while (end < now.length - start && end < next.length - start && now[now.length - 1 - end] === next[next.length - 1 - end]) end++;
      view.dispatch({ changes: { from: start, to: now.length - end, insert: next.slice(start, next.length - end) } });
    },
    show(number: number) {
      const found = view.state.doc.line(Math.min(Math.max(number, 1), view.state.doc.lines));
      view.dispatch({ selection: { anchor: found.from, head: found.to }, effects: EditorView.scrollIntoView(found.from, { y: "center" }) });
      view.focus();
    },
    mark(faults: { line: number; text: string }[]) {
      const diagnostics = faults.filter((each) => each.line <= view.state.doc.lines).map((each) => {
        const { from, to } = view.state.doc.line(each.line);
        return { from, to, severity: "error" as const, message: each.text };
      });
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    destroy: () => view.destroy(),
  };
}
