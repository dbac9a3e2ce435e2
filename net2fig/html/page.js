"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const sheet = document.getElementById("sheet");
  const card = document.getElementById("card");
  const trail = document.getElementById("trail");
  const spoken = document.getElementById("spoken");
  const drawings = [sheet.querySelector("svg")];
  let here = 0;
  let pinned = null;

  const glyphs = () => [...drawings[here].querySelectorAll(".network > [data-card]")];
  const thing = (target) => target.closest && target.closest("[data-card], .entry[data-entry]");

  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  // The card of a glyph: beneath it, or above where the window ends.

  function tell(glyph) {
    const told = data.cards[glyph.dataset.card];
    card.replaceChildren(element("strong", told.title));
    if (told.names) card.append(element("p", told.names));
    const rows = document.createElement("dl");
    for (const [key, value] of told.rows) rows.append(element("dt", key), element("dd", value));
    card.append(rows);
    if (glyph.dataset.open) card.append(element("em", "Click, or press Enter, to open the group."));
    card.hidden = false;
    glyph.setAttribute("aria-describedby", "card");
    const at = glyph.querySelector(".ring").getBoundingClientRect();
    const { width, height } = card.getBoundingClientRect();
    const left = Math.min(at.left, document.documentElement.clientWidth - width - 8);
    const above = at.top - height - 8;
    const below = at.bottom + 8;
    const fits = below + height < window.innerHeight || above < 0;
    card.style.left = `${Math.max(8, left)}px`;
    card.style.top = `${fits ? below : above}px`;
  }

  function hush() {
    card.hidden = true;
    for (const each of sheet.querySelectorAll("[aria-describedby=card]")) {
      each.removeAttribute("aria-describedby");
    }
  }

  // Glyphs and their entries in the legend.

  function light(entry) {
    drawings[here].classList.toggle("lit", entry !== null);
    for (const each of glyphs()) {
      each.classList.toggle("on", (each.dataset.lit || "").split(" ").includes(entry));
    }
  }

  function near(entry) {
    for (const each of drawings[here].querySelectorAll(".entry")) {
      each.classList.toggle("near", entry !== undefined && each.dataset.entry === entry);
    }
  }

  function pin(entry) {
    pinned = pinned === entry ? null : entry;
    for (const each of drawings[here].querySelectorAll(".entry[aria-pressed]")) {
      each.setAttribute("aria-pressed", String(each.dataset.entry === pinned));
    }
    light(pinned);
  }

  // Groups that are open: each state is a drawing of its own.

  function drawing(number) {
    if (!drawings[number]) {
      const kept = document.getElementById(`state-${number}`).content;
      drawings[number] = document.importNode(kept, true).querySelector("svg");
    }
    return drawings[number];
  }

  function show(number) {
    hush();
    if (pinned !== null) pin(pinned);
    light(null);
    near(undefined);
    here = number;
    sheet.replaceChildren(drawing(number));
    trail.replaceChildren();
    const path = [];
    for (let at = number; at; at = data.states[at].parent) path.unshift(at);
    for (const at of path) {
      const parent = data.states[at].parent;
      const way = element("button", parent ? data.states[parent].title : data.closed);
      way.type = "button";
      way.addEventListener("click", () => close(at));
      trail.append(way, element("span", "›"));
    }
    if (number) trail.append(element("span", data.states[number].title));
  }

  function open(number) {
    show(number);
    const first = drawings[here].querySelector(".network > .opened");
    if (first) first.focus({ preventScroll: true });
    spoken.textContent = `${data.states[number].title} is open. Escape closes it.`;
    hush();
  }

  function close(number) {
    const { parent, title } = data.states[number];
    show(parent);
    const glyph = glyphs().find((each) => each.dataset.open === String(number));
    if (glyph) glyph.focus({ preventScroll: true });
    spoken.textContent = `${title} is closed.`;
    hush();
  }

  function act(found) {
    if (found.dataset.open) open(Number(found.dataset.open));
    else if (found.matches(".entry")) pin(found.dataset.entry);
  }

  function point(found) {
    if (found.dataset.card) {
      tell(found);
      near(found.dataset.entry);
    } else {
      light(found.dataset.entry);
    }
  }

  function leave() {
    hush();
    near(undefined);
    light(pinned);
  }

  function step(found, by) {
    const row = found.matches(".entry")
      ? [...drawings[here].querySelectorAll(".entry[data-entry]")]
      : glyphs();
    const next = row[row.indexOf(found) + by];
    if (next) next.focus();
  }

  sheet.addEventListener("pointerover", (event) => {
    const found = thing(event.target);
    if (found) point(found);
  });
  sheet.addEventListener("pointerout", (event) => {
    if (thing(event.target)) leave();
  });
  sheet.addEventListener("focusin", (event) => {
    const found = thing(event.target);
    if (found && found.matches(":focus-visible")) point(found);
  });
  sheet.addEventListener("focusout", leave);
  sheet.addEventListener("click", (event) => {
    const found = thing(event.target);
    if (found) act(found);
  });
  window.addEventListener("scroll", hush, { passive: true });
  document.addEventListener("keydown", (event) => {
    const found = thing(event.target);
    const step_of = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") {
      if (pinned !== null) pin(pinned);
      else if (here) close(here);
      else leave();
    } else if (found && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      act(found);
    } else if (found && step_of) {
      event.preventDefault();
      step(found, step_of);
    }
  });
  document.getElementById("hint").hidden = false;
})();
