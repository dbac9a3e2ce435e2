// The page: bars, sheet, panes, dialogs.

import { render } from "preact";
import { useEffect } from "preact/hooks";
import { Bar, Hints, Ruler, Toast } from "./bars";
import { Dialogs } from "./dialogs";
import { onKey } from "./actions";
import { Pane } from "./panes";
import { Sheet } from "./sheet";
import { connect, conflict, ended, figure, jump, online, problems, refused, send, welcome } from "./state";

function Faults() {
  if (!problems.value.length) return null;
  return (
    <section class="faults" role="alert" aria-label="Problems">
      <h2>
        {problems.value.length > 1 ? `${problems.value.length} problems` : "A problem"}
        {figure.value ? ": the last good figure stays" : ": save the model or the file, and it is drawn"}
      </h2>
      <ul>
        {problems.value.map((each) => (
          <li>
            {each.text}
            {each.hint && <em>{each.hint}</em>}
            {each.line !== null && (
              <button type="button" class="link" onClick={() => jump(each.line as number)}>
                line {each.line}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Conflict() {
  const found = conflict.value;
  if (!found) return null;
  const decide = (choice: string) => {
    conflict.value = null;
    send("resolve", { choice });
  };
  return (
    <section class="faults" role="alertdialog" aria-label="Changed by another program">
      <h2>{found.path ? `${found.path} was changed by another program, too` : "The file was changed by another program, too"}</h2>
      <dl class="versus">
        <dt>mine</dt>
        <dd><pre>{found.mine}</pre></dd>
        <dt>theirs</dt>
        <dd><pre>{found.theirs}</pre></dd>
      </dl>
      <button type="button" onClick={() => decide("mine")}>Keep mine</button>
      <button type="button" onClick={() => decide("theirs")}>Take theirs</button>
    </section>
  );
}

function Refused() {
  const found = refused.value;
  if (!found) return null;
  return (
    <section class="faults small" role="alert">
      <p>{found.text}{found.hint && <em>{found.hint}</em>}</p>
      <button type="button" aria-label="Close" onClick={() => (refused.value = null)}>×</button>
    </section>
  );
}

function App() {
  useEffect(() => {
    connect();
    document.addEventListener("keydown", onKey);
  }, []);
  if (ended.value) return <p class="start" role="alert">{ended.value}</p>;
  if (!welcome.value) return <p class="start">The studio is starting …</p>;
  return (
    <div class="studio">
      <Bar />
      {!online.value && <p class="offline" role="status">The studio has ended or cannot be reached. Waiting for it …</p>}
      <main class="desk">
        <Faults />
        <Conflict />
        <Refused />
        <Ruler />
        <Sheet />
      </main>
      <Pane />
      <Hints />
      <Toast />
      <Dialogs />
    </div>
  );
}

render(<App />, document.getElementById("app") as HTMLElement);
