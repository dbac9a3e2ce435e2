"use strict";
(() => {
  const data = JSON.parse(document.getElementById("ui-data").textContent);
  const find = (id) => document.getElementById(`ui-${id}`);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const { signals, states, tracks: tracked, phases, steps } = data;
  const last = steps * phases.length - 1;
  const PAUSES = [2400, 1300, 650, 260, 100];
  const LOW = [33, 102, 172];
  const HIGH = [178, 24, 43];
  let place = 0;
  let timer = null;

  // Numbers: whole ones of two bytes, the greatest of which stands for `largest`.

  for (const each of Object.values(signals)) {
    if (!each.data) continue;
    const bytes = Uint8Array.from(atob(each.data), (char) => char.charCodeAt(0));
    each.values = new Int16Array(bytes.buffer);
  }

  function source(id) {
    return signals[states[id] || id];
  }

  // The value of a unit at a step, as a share of the greatest; a state is that of the step before.
  function share(id, step, unit) {
    const { values, units } = source(id);
    const at = states[id] ? step - 1 : step;
    return at < 0 ? 0 : values[at * units + unit] / 32767;
  }

  function value(id, step, unit) {
    return share(id, step, unit) * source(id).largest;
  }

  function color(part) {
    const end = part < 0 ? LOW : HIGH;
    const much = Math.min(1, Math.abs(part));
    return end.map((channel) => Math.round(255 + (channel - 255) * much));
  }

  function paint(canvas, width, height, at) {
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d");
    const image = context.createImageData(width, height);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const part = at(x, y);
        const rgb = part === null ? [232, 232, 228] : color(part);
        image.data.set([...rgb, 255], 4 * (y * width + x));
      }
    }
    context.putImageData(image, 0, 0);
  }

  function element(name, html) {
    const made = document.createElement(name);
    if (html) made.innerHTML = html;
    return made;
  }

  const step = () => Math.floor(place / phases.length);
  const phase = () => place % phases.length;

  // The picture: what takes part now, and what has in this step.

  const parts = [...document.querySelectorAll(".cell > .glyph, .cell > .edge")];

  function role(part) {
    const target = part.dataset.to || part.id;
    const number = phases.findIndex((each) => each.nodes.includes(target));
    if (number === phase()) return "active";
    return number >= 0 && number < phase() ? "done" : "";
  }

  function showPicture() {
    for (const part of parts) {
      const now = role(part);
      part.classList.toggle("active", now === "active");
      part.classList.toggle("done", now === "done");
    }
  }

  for (const part of parts.filter((each) => each.id && signals[each.id])) {
    const number = phases.findIndex((each) => each.nodes.includes(part.id));
    const told = element("span", signals[part.id].equation).textContent;
    part.setAttribute("tabindex", "0");
    part.setAttribute("role", "button");
    part.setAttribute("aria-label", [signals[part.id].name, told].filter((each) => each).join(": "));
    part.addEventListener("pointerenter", () => detail(part.id));
    part.addEventListener("focus", () => detail(part.id));
    const visit = () => {
      stop();
      go(step() * phases.length + number);
      detail(part.id);
    };
    part.addEventListener("click", visit);
    part.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      visit();
    });
  }

  // The strips of the phase: a number for each unit.

  function say(id, now) {
    const { units } = source(id);
    const all = Array.from({ length: units }, (_, unit) => value(id, now, unit));
    return `from ${Math.min(...all).toFixed(3)} to ${Math.max(...all).toFixed(3)}`;
  }

  // What is pointed at: its name, its equation, and the number of a unit.

  function detail(id, unit) {
    const { name, equation, formula } = signals[id];
    const what = [name, equation || formula].filter((each) => each).join(": ");
    const number = unit === undefined ? "" : `. Unit ${unit + 1}: ${value(id, step(), unit).toFixed(4)}`;
    find("detail").innerHTML = what + number;
  }

  function showStrips() {
    const now = step();
    const strips = [];
    for (const id of phases[phase()].nodes.filter((each) => signals[each])) {
      const label = element("span", signals[id].formula);
      if (signals[id].name) {
        const name = document.createElement("small");
        name.textContent = signals[id].name;
        label.append(name);
      }
      const strip = document.createElement("canvas");
      strip.setAttribute("role", "img");
      strip.setAttribute("aria-label", `${label.firstChild.textContent} ${say(id, now)}`);
      strip.dataset.signal = id;
      paint(strip, source(id).units, 1, (x) => share(id, now, x));
      strip.addEventListener("pointermove", (event) => {
        const { left, width } = strip.getBoundingClientRect();
        const part = (event.clientX - left) / width;
        const unit = Math.min(source(id).units - 1, Math.floor(part * source(id).units));
        detail(id, unit);
      });
      strips.push(label, strip);
    }
    find("strips").replaceChildren(...strips);
    find("detail").textContent = "";
  }

  // The sequence: the input as a whole, states as far as they are known.

  const tracks = tracked.map((id) => {
    const figure = document.createElement("figure");
    const name = id === "x" ? "input" : signals[id].name || "output";
    const caption = element("figcaption", `${signals[id].formula}<small>${name}</small>`);
    const box = document.createElement("div");
    const canvas = document.createElement("canvas");
    const frame = element("div");
    frame.className = "window";
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${caption.textContent} over all steps`);
    box.append(canvas, frame);
    box.addEventListener("click", (event) => {
      const { left, width } = box.getBoundingClientRect();
      const part = (event.clientX - left) / width;
      go(Math.min(steps - 1, Math.floor(part * steps)) * phases.length);
    });
    figure.append(caption, box);
    find("time").append(figure);
    return { id, canvas, frame };
  });

  function known(id) {
    if (id === "x") return steps;
    const number = phases.findIndex((each) => each.nodes.includes(id));
    return phase() >= number ? step() + 1 : step();
  }

  function showTime() {
    for (const { id, canvas, frame } of tracks) {
      const reach = known(id);
      paint(canvas, steps, signals[id].units, (x, y) => (x < reach ? share(id, x, y) : null));
      frame.style.left = `${(100 * step()) / steps}%`;
      frame.style.width = `max(4px, ${100 / steps}%)`;
    }
  }

  function show() {
    const { title, text } = phases[phase()];
    const where = `Step ${step() + 1} of ${steps}`;
    find("title").textContent = `${where}, part ${phase() + 1} of ${phases.length}: ${title}`;
    find("text").innerHTML = text;
    find("step").value = step() + 1;
    find("step").setAttribute("aria-valuetext", where);
    find("first").disabled = find("back").disabled = place === 0;
    find("on").disabled = place === last;
    showPicture();
    showStrips();
    showTime();
    if (timer === null) find("spoken").textContent = `${where}: ${title}`;
  }

  // Steps.

  function go(to) {
    place = Math.max(0, Math.min(last, to));
    show();
  }

  function stop() {
    window.clearTimeout(timer);
    timer = null;
    document.body.classList.remove("playing");
    find("play").textContent = "Play";
    find("play").setAttribute("aria-pressed", "false");
  }

  function pause() {
    const wanted = PAUSES[find("speed").value - 1];
    return calm.matches ? Math.max(1000, wanted) : wanted;
  }

  function tick() {
    if (place === last) {
      stop();
      return;
    }
    go(place + 1);
    timer = window.setTimeout(tick, pause());
  }

  function play() {
    if (timer !== null) {
      stop();
      return;
    }
    if (place === last) go(0);
    document.body.classList.add("playing");
    find("play").textContent = "Stop";
    find("play").setAttribute("aria-pressed", "true");
    timer = window.setTimeout(tick, pause());
  }

  function move(by) {
    stop();
    go(place + by);
  }

  function leap(by) {
    stop();
    go((step() + by) * phases.length + (by > 0 || phase() === 0 ? 0 : phases.length));
  }

  find("play").addEventListener("click", play);
  find("on").addEventListener("click", () => move(1));
  find("back").addEventListener("click", () => move(-1));
  find("first").addEventListener("click", () => move(-place));
  find("step").addEventListener("input", (event) => {
    stop();
    go((event.target.value - 1) * phases.length);
  });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const inside = event.target.closest("input");
    const isButton = event.target.closest("button") !== null;
    const by = event.shiftKey ? leap : move;
    const keys = {
      ArrowRight: () => by(1),
      ArrowLeft: () => by(-1),
      Home: () => move(-place),
      End: () => move(last - place),
      " ": play,
    };
    if (!keys[event.key] || (inside && event.key !== " ") || (isButton && event.key === " ")) return;
    event.preventDefault();
    keys[event.key]();
  });
  show();
})();
