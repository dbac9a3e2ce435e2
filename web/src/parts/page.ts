// A page of views: one toolbar for each room, and the state of all in the address.

import { all, h } from "./dom";
import { type Model, type PackedModel, unpack, type View } from "./model";
import { change, EMPTY, enter, type Ids, listen, type Room, type State } from "./room";
import { toolbar } from "./toolbar";
import { views } from "./views";

interface Data {
  models: PackedModel[];
  views: { kind: string; room: string; models: number[]; [key: string]: unknown }[];
}

const encode = encodeURIComponent;
const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
};

/** Write a state: layers by their names, behind the number of their model where it is not the first. */
function write(state: State, models: Model[]): [string, string][] {
  const ids = models.flatMap(({ key }, at) => (state.selection[key] ?? []).map((id) => (at ? `${at}.` : "") + encode(id).replaceAll(".", "%2E")));
  const chosen = models.flatMap(({ key }, at) => (state.models.includes(key) ? [String(at)] : []));
  const parts: [string, string][] = [["s", ids.join(",")], ["f", encode(state.filter)], ["g", encode(state.group)], ["m", chosen.join(",")]];
  return parts.filter(([, value]) => value);
}

function read(parts: Map<string, string>, models: Model[]): Partial<State> {
  const selection: Ids = {};
  for (const word of (parts.get("s") ?? "").split(",").filter(Boolean)) {
    const [id, at = "0"] = word.split(".").reverse();
    const model = models[Number(at)];
    const name = decode(id);
    if (model?.layers.some((each) => each.id === name)) selection[model.key] = [...(selection[model.key] ?? []), name];
  }
  const chosen = (parts.get("m") ?? "").split(",").filter(Boolean).map((at) => models[Number(at)]?.key);
  return { selection, filter: decode(parts.get("f") ?? ""), group: decode(parts.get("g") ?? ""), models: chosen.filter((key) => key !== undefined) };
}

export function page(): void {
  const data = JSON.parse(document.getElementById("data")?.textContent ?? "{}") as Data;
  const models = data.models.map(unpack);
  const names = [...new Set(data.views.map((each) => each.room))];
  const rooms = names.map(() => enter(""));
  const shown: View[] = all(document, ".view").map((root, at) => {
    const { kind, room, models: used, ...rest } = data.views[at];
    return { root, kind, title: "", models: used.map((each) => models[each]), room: rooms[names.indexOf(room)], data: rest, moved: () => undefined };
  });
  let isReading = true;

  /** Show the state that stands in the address. */
  function load(): void {
    isReading = true;
    const parts = new Map(location.hash.slice(1).split("&").filter(Boolean).map((part) => {
      const [key, value = ""] = part.split("=");
      return [key, value] as const;
    }));
    rooms.forEach((room, at) => {
      const own = new Map([...parts].flatMap(([key, value]) => {
        const found = /^([sfgm])(\d*)$/.exec(key);
        return found && Number(found[2] || 0) === at ? [[found[1], value] as const] : [];
      }));
      change(room, { ...EMPTY, ...read(own, models) });
    });
    shown.forEach((view, at) => {
      const number = Number(parts.get(`o${at || ""}`) ?? 0);
      const known = (view.data.states as unknown[] | undefined)?.length ?? 0;
      if (number < known && number !== Number(view.root.dataset.state ?? 0)) view.show?.(number);
    });
    isReading = false;
  }

  function save(): void {
    if (isReading) return;
    const parts = [
      ...rooms.flatMap((room, at) => write(room.state, models).map(([key, value]) => `${key}${at || ""}=${value}`)),
      ...shown.flatMap(({ root }, at) => (Number(root.dataset.state ?? 0) ? [`o${at || ""}=${root.dataset.state}`] : [])),
    ];
    history.replaceState(null, "", parts.length ? `#${parts.join("&")}` : location.pathname + location.search);
  }

  for (const view of shown) views[view.kind]?.(view);
  if (shown.length > 1) rooms.forEach((room, at) => addToolbar(room, names[at], shown));
  load();
  for (const room of rooms) listen(room, save);
  for (const view of shown) view.moved = save;
  window.addEventListener("hashchange", load);
  const hint = document.getElementById("hint");
  if (hint) hint.hidden = false;
}

/** Put a toolbar before the first view of a room. */
function addToolbar(room: Room, name: string, shown: View[]): void {
  const own = shown.filter((each) => each.room === room && each.models.length);
  if (!own.length) return;
  const root = h("section", { "aria-label": name ? `Room ${name}` : "Selection and filter", id: `tools-${own[0].root.id}` });
  own[0].root.before(root);
  toolbar({ root, kind: "toolbar", title: "", models: [...new Set(own.flatMap((each) => each.models))], room, data: {}, moved: () => undefined });
}

