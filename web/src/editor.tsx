// The pane Text: the grouping file, edited as text. CodeMirror is loaded when it opens.

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { file, line, problems, send } from "./state";

interface Editor {
  setText(text: string): void;
  text(): string;
  show(line: number): void;
  mark(faults: { line: number; text: string }[]): void;
  destroy(): void;
}

const dirty = signal(false);
let base = "";

export function Text() {
  const holder = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const save = () => {
    if (!editor.current || !dirty.value) return;
    send("text", { rev: base, text: editor.current.text() });
  };
  useEffect(() => {
    let alive = true;
    const url = "/text.js";
    void import(url).then(({ makeEditor }) => {
      if (!alive || !holder.current) return;
      editor.current = makeEditor(holder.current, file.value?.text ?? "", {
        changed: () => (dirty.value = editor.current !== null && editor.current.text() !== file.value?.text),
        save,
      }) as Editor;
      base = file.value?.rev ?? "";
      if (line.value !== null) editor.current.show(line.value);
      line.value = null;
    });
    return () => {
      alive = false;
      save();
      editor.current?.destroy();
      editor.current = null;
      dirty.value = false;
    };
  }, []);
  useEffect(() => {
    const now = file.value;
    if (!editor.current || !now) return;
    // What is typed and not saved stays: saving it asks what shall hold.
    if (!dirty.value || editor.current.text() === now.text) {
      editor.current.setText(now.text);
      base = now.rev;
      dirty.value = false;
    }
  }, [file.value]);
  useEffect(() => {
    if (!editor.current || line.value === null) return;
    editor.current.show(line.value);
    line.value = null;
  }, [line.value]);
  useEffect(() => {
    editor.current?.mark(problems.value.flatMap((each) => (each.line === null ? [] : [{ line: each.line, text: each.text }])));
  }, [problems.value]);
  const isOld = dirty.value && base !== file.value?.rev;
  return (
    <>
      <div class="row">
        <button type="button" class="strong" disabled={!dirty.value} title="Ctrl+S" onClick={save}>Save</button>
        <span class={isOld ? "warning" : "quiet"} role="status">
          {isOld ? "The file was changed meanwhile; saving asks what shall hold." : dirty.value ? "Not saved yet (Ctrl+S)" : "Saved"}
        </span>
      </div>
      <div class="editor" ref={holder} />
    </>
  );
}
