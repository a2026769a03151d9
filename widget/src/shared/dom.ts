type Child = Node | string | false | undefined;

/** Makes an element: attributes (a true value is an empty attribute, false and undefined none), then children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const name in attributes) attribute(element, name, attributes[name]);
  element.append(...(children.filter(Boolean) as (Node | string)[]));
  return element;
}

export function attribute(element: Element, name: string, value: string | boolean | undefined): void {
  if (value === false || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : value);
}

/** Draws an icon: [viewBox, path, …], as the build makes it of an .svg file. */
export function draw([viewBox, ...paths]: string[]): SVGElement {
  const make = (tag: string, name: string, value: string) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag) as SVGElement;
    element.setAttribute(name, value);
    return element;
  };
  const svg = make("svg", "viewBox", viewBox!);
  svg.setAttribute("aria-hidden", "true");
  svg.append(...paths.map((d) => make("path", "d", d)));
  return svg;
}
