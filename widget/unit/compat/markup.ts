// Which elements and attributes of HTML pages use.

import { Window } from "happy-dom";
import { type Feature, feature, type Finding, finding } from "./support.ts";

/** Of a Go template; what it fills in stays out. */
export function markupFindings(template: string, path: string): Finding[] {
  const { document } = new Window();
  document.documentElement.innerHTML = template.replace(/\{\{.*?\}\}/gs, "");
  return [...document.querySelectorAll("*")].flatMap((element) =>
    elementFeatures(element.localName, element.getAttributeNames()).flatMap((found) => finding(path, found)),
  );
}

export function elementFeatures(tag: string, attributes: readonly string[]): (Feature | undefined)[] {
  return [
    feature("html", "elements", tag),
    ...attributes.map((attribute) => feature("html", "elements", tag, attribute) || feature("html", "global_attributes", attribute)),
  ];
}
