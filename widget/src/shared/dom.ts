type Child = Node | string | false | undefined;

/** What the document has of its own. The prototype's: a page's <img name=createElement> hides the property, and MooTools replaces Document. */
export const doc: Document = new Proxy(document, {
  get(target, name) {
    const value = Reflect.get(Reflect.getPrototypeOf(target)!, name, target);
    return value?.call ? value.bind(target) : value;
  },
});

/** Makes an element: attributes (a true value is an empty attribute, false and undefined none), then children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = doc.createElement(tag);
  for (const name in attributes) attribute(element, name, attributes[name]);
  element.append(...(children.filter(Boolean) as (Node | string)[]));
  return element;
}

export function attribute(element: Element, name: string, value: string | boolean | undefined): void {
  if (value || value === "") element.setAttribute(name, value === true ? "" : value);
  else element.removeAttribute(name);
}

/** Draws an icon: [viewBox, path, …], as the build makes it of an .svg file. */
export function draw([viewBox, ...paths]: string[]): SVGElement {
  const make = (tag: string, name: string, value: string) => {
    const element = doc.createElementNS("http://www.w3.org/2000/svg", tag) as SVGElement;
    element.setAttribute(name, value);
    return element;
  };
  const svg = make("svg", "viewBox", viewBox!);
  svg.setAttribute("aria-hidden", "true");
  svg.append(...paths.map((d) => make("path", "d", d)));
  return svg;
}
