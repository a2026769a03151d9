// Which features of CSS style sheets use.

import { type CssNode, parse, walk } from "css-tree";
import { data, type Feature, feature, type Finding, finding } from "./support.ts";

export function styleFindings(css: string, path: string): Finding[] {
  const findings: Finding[] = [];
  const fail = (error: { message: string; line: number }) => {
    throw new Error(`${path}:${error.line}: ${error.message}`);
  };
  const tree = parse(css, { positions: true, parseCustomProperty: true, onParseError: fail as never });
  let property = "";
  walk(tree, (node) => {
    if (node.type == "Declaration") property = node.property;
    for (const found of features(node, property)) findings.push(...finding(`${path}:${node.loc?.start.line}`, found));
  });
  return findings;
}

/** Property: of the declaration that the node is in, if it is in one. */
function features(node: CssNode, property: string): (Feature | undefined)[] {
  switch (node.type) {
    case "Declaration":
      // A prefix is for one engine.
      return node.property.startsWith("-") ? [] : [feature("css", "properties", property)];
    case "Identifier":
      // Each family in a list is the fallback of the one before.
      return /^font(-family)?$/.test(property) ? [] : [feature("css", "properties", property, node.name)];
    case "Function":
      return [feature("css", "properties", property, node.name), ...types(node.name)];
    case "Dimension":
      return [feature("css", "types", "length", unit(node.unit)) || feature("css", "types", "length", node.unit)];
    case "Atrule":
      return [feature("css", "at-rules", node.name)];
    case "PseudoClassSelector":
    case "PseudoElementSelector":
      return [feature("css", "selectors", node.name)];
    case "NestingSelector":
      return [feature("css", "selectors", "nesting")];
    case "Feature":
      return [feature("css", "at-rules", node.kind, node.name.replace(/^(min|max)-/, ""))];
    case "FeatureRange":
      return [feature("css", "at-rules", node.kind, "range_syntax")];
    default:
      return [];
  }
}

/** Functions are beside the types, or in the type that they make: "color-mix" in "color". */
function types(name: string): (Feature | undefined)[] {
  return [feature("css", "types", name), ...Object.keys(data.css.types!).map((type) => feature("css", "types", type, name))];
}

/** The data has the newer units in groups. */
function unit(name: string): string {
  if (/^cq/.test(name)) return "container_query_length_units";
  const group = { d: "dynamic", s: "small", l: "large" }[/^([dsl])v([hwib]|min|max)$/.exec(name)?.[1] ?? ""];
  return group ? `viewport_percentage_units_${group}` : name;
}
