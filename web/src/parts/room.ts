// What views share: the selection, the filter, the grouping, the models that are chosen.
//
// In a notebook each view runs a copy of this file of its own. Rooms are therefore kept where all
// copies find them, and tell changes by events of the browser.

export type Ids = Record<string, string[]>;

/** The state of a room; the later of two has the greater clock. */
export interface State {
  clock: number;
  selection: Ids;
  filter: string;
  group: string;
  models: string[];
}

export interface Room extends EventTarget {
  state: State;
}

export const EMPTY: State = { clock: 0, selection: {}, filter: "", group: "", models: [] };

const KEY = Symbol.for("net2fig.rooms.1");

/** The room of a name; without a name, one of its own. */
export function enter(name: string): Room {
  const hall = globalThis as unknown as Record<symbol, Map<string, Room> | undefined>;
  const rooms = (hall[KEY] ??= new Map<string, Room>());
  const room = rooms.get(name) ?? Object.assign(new EventTarget(), { state: EMPTY });
  if (name) rooms.set(name, room);
  return room;
}

/** Change a part of the state. */
export function change(room: Room, part: Partial<State>): void {
  room.state = { ...room.state, ...part, clock: room.state.clock + 1 };
  room.dispatchEvent(new Event("change"));
}

/** Take a state from elsewhere, unless the room has a later one. */
export function take(room: Room, state: State): void {
  if (state.clock < room.state.clock || JSON.stringify(state) === JSON.stringify(room.state)) return;
  room.state = state;
  room.dispatchEvent(new Event("change"));
}

export const listen = (room: Room, call: () => void): (() => void) => {
  room.addEventListener("change", call);
  return () => room.removeEventListener("change", call);
};

export const count = (ids: Ids): number => Object.values(ids).reduce((sum, each) => sum + each.length, 0);

const merge = (old: string[], added: string[]) => [...old, ...added.filter((id) => !old.includes(id))];

/** Select layers; added to the selection, or taken out of it, where `adds` is true. */
export function select(room: Room, picked: Ids, adds: boolean): void {
  const old = room.state.selection;
  const has = (key: string, id: string) => old[key]?.includes(id) ?? false;
  const all = Object.entries(picked).every(([key, ids]) => ids.every((id) => has(key, id)));
  const result: Ids = adds ? { ...old } : {};
  if (adds) {
    for (const [key, ids] of Object.entries(picked)) {
      const rest = (old[key] ?? []).filter((id) => !ids.includes(id));
      result[key] = all ? rest : merge(old[key] ?? [], ids);
      if (!result[key].length) delete result[key];
    }
  } else if (!all || count(old) !== count(picked)) {
    Object.assign(result, picked);
  }
  change(room, { selection: result });
}
