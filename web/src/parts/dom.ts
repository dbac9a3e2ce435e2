// Elements and texts: what comes from a model is written as text, never as markup.

type Child = Node | string;
type Fields = Record<string, string | boolean | ((event: any) => void)>;

/** Return an element with attributes, listeners (functions) and children. */
export function h(name: string, fields: Fields = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(fields)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

export const all = <E extends Element = HTMLElement>(root: ParentNode, selector: string): E[] =>
  [...root.querySelectorAll<E>(selector)];

export const format = (value: number): string => value.toLocaleString("en-US");

/** The place around a view where ids are its own: the document, or a shadow root. */
export const scopeOf = (root: HTMLElement): Document | ShadowRoot => root.getRootNode() as Document | ShadowRoot;

/** Return the element of an id that all views of a place share; it is made by the first. */
export function shared(root: HTMLElement, id: string, make: () => HTMLElement): HTMLElement {
  const scope = scopeOf(root);
  const found = scope.getElementById(id);
  if (found) return found;
  const made = make();
  (scope instanceof Document ? scope.body : scope).append(made);
  return made;
}

/** Tell readers who cannot see it what has changed. */
export function tell(root: HTMLElement, text: string): void {
  shared(root, "spoken", () => h("div", { id: "spoken", class: "unseen", role: "status" })).textContent = text;
}
