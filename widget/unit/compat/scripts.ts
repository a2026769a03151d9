// Which features of browsers and of the language scripts use: the type checker says what a name means.

import type { CallExpression, Identifier, NewExpression, Node, ObjectLiteralExpression, SourceFile } from "typescript/unstable/ast";
import * as is from "typescript/unstable/ast/is";
import { API, type Checker, type Symbol as Meaning } from "typescript/unstable/sync";
import { elementFeatures } from "./markup.ts";
import { type Feature, feature, type Finding, finding } from "./support.ts";

/** A name in a script that may be one of the browser's. */
interface Use {
  node: Node;
  name: string;
  kind: "name" | "event" | "constructor" | "element" | "attribute";
  /** What it is a member of; absent for a name that stands alone. */
  of?: Node;
  /** The options that a call gives. */
  options: string[];
}

/** The scripts of a tsconfig.json, understood. */
export interface Project {
  files: SourceFile[];
  checker: Checker;
  bases: Bases;
  close(): void;
}

/** Root: what places are told from. Changed: the text that a file has instead of the one on disk. */
export function openProject(config: string, changed: Record<string, string> = {}): Project {
  const api = new API({ fs: { readFile: (path) => changed[path] } });
  const { program, checker } = api.updateSnapshot({ openProjects: [config] }).getProject(config)!;
  const files = program.getSourceFileNames().map((path) => program.getSourceFile(path)!);
  const [native, ours] = [files.filter(isNative), files.filter(({ fileName }) => !/\/node_modules\/|\.d\.ts$/.test(fileName))];
  return { files: ours, checker, bases: readBases(native), close: () => api.close() };
}

const isNative = ({ fileName }: { fileName: string }) => /\/lib\.[\w.]*d\.ts$/.test(fileName);

export function scriptFindings(file: SourceFile, { checker, bases }: Project): Finding[] {
  const uses = collect(file);
  const meanings = checker.getSymbolAtLocation(uses.map(({ node }) => node));
  return uses.flatMap((use, i) => resolve(use, meanings[i], checker, bases).flatMap((each) => finding(placeOf(use.node, file), each)));
}

function placeOf(node: Node, file: SourceFile): string {
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`;
}

/** The regular expressions of a file, as they stand there, and where. */
export function expressions(file: SourceFile): { place: string; text: string }[] {
  const found: { place: string; text: string }[] = [];
  const visit = (node: Node): void => {
    if (is.isRegularExpressionLiteral(node)) found.push({ place: placeOf(node, file), text: node.text });
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

/** Which interfaces an interface extends. */
type Bases = Map<string, string[]>;

function readBases(files: SourceFile[]): Bases {
  const bases: Bases = new Map();
  for (const statement of files.flatMap(({ statements }) => [...statements]))
    if (is.isInterfaceDeclaration(statement))
      bases.set(statement.name.text, statement.heritageClauses?.flatMap(({ types }) => types.map(({ expression }) => (expression as Identifier).text)) ?? []);
  return bases;
}

/** The interface and all that it extends, the nearest first. */
function chain(name: string, bases: Bases): string[] {
  return [name, ...(bases.get(name) ?? []).flatMap((base) => chain(base, bases))];
}

function collect(file: SourceFile): Use[] {
  const uses: Use[] = [];
  const use = (node: Node, name: string, of?: Node, kind: Use["kind"] = "name", options: string[] = []) => uses.push({ node, name, kind, of, options });
  const visit = (node: Node): void => {
    if (is.isTypeNode(node) || is.isInterfaceDeclaration(node) || is.isTypeAliasDeclaration(node)) return;
    if (is.isPropertyAccessExpression(node)) {
      use(node.name, node.name.text, node.expression, "name", optionsOf(node.parent));
      return visit(node.expression);
    }
    if (is.isElementAccessExpression(node) && is.isStringLiteral(node.argumentExpression)) use(node.argumentExpression, node.argumentExpression.text, node.expression);
    if (is.isPropertyAssignment(node)) return visit(node.initializer);
    if (is.isBindingElement(node) && is.isObjectBindingPattern(node.parent)) {
      const name = node.propertyName ?? node.name!;
      if (is.isIdentifier(name)) use(name, name.text, node.parent);
      if (!is.isIdentifier(node.name!)) visit(node.name!);
      if (node.initializer) visit(node.initializer);
      return;
    }
    if (is.isIdentifier(node)) use(node, node.text, undefined, is.isNewExpression(node.parent) ? "constructor" : "name", optionsOf(node.parent));
    if (is.isForOfStatement(node) && is.isArrayLiteralExpression(node.expression) && /\baddEventListener\(\w+,/.test(node.statement.getText(file)))
      for (const type of node.expression.elements) if (is.isStringLiteral(type)) use(type, type.text, undefined, "event");
    if (is.isCallExpression(node)) {
      const callee = node.expression;
      const [name, of] = is.isPropertyAccessExpression(callee) ? [callee.name.text, callee.expression] : [is.isIdentifier(callee) ? callee.text : "", undefined];
      const [first, second] = node.arguments;
      if (name == "addEventListener" && first && is.isStringLiteral(first)) use(first, first.text, of, "event");
      // Ours, see dom.ts.
      if (name == "el" && first && is.isStringLiteral(first)) use(first, first.text, undefined, "element", second ? keys(second) : []);
      if (name == "createElement" && first && is.isStringLiteral(first)) use(first, first.text, undefined, "element");
      for (const argument of /^(attribute|setAttribute|toggleAttribute)$/.test(name) ? [first, second] : [])
        if (argument && is.isStringLiteral(argument)) use(argument, argument.text, undefined, "attribute");
    }
    node.forEachChild(visit);
  };
  visit(file);
  return uses;
}

/** Names of the options in a call. */
function optionsOf(call: Node): string[] {
  if (!is.isCallExpression(call) && !is.isNewExpression(call)) return [];
  return [...((call as CallExpression | NewExpression).arguments ?? [])].flatMap(keys);
}

/** The names in an object literal. */
function keys(node: Node): string[] {
  if (!is.isObjectLiteralExpression(node)) return [];
  const names = [...(node as ObjectLiteralExpression).properties].map((property) => (property as { name?: Node }).name);
  return names.flatMap((name) => (name && (is.isIdentifier(name) || is.isStringLiteral(name)) ? name.text : []));
}

/** The features that a name stands for: one, and its options; none if it is not a browser's. */
function resolve(use: Use, meaning: Meaning | undefined, checker: Checker, bases: Bases): Feature[] {
  const { name, kind, of, options } = use;
  /** What it is a member of, as its type says. */
  const owners = () => {
    const type = checker.getTypeAtLocation(of!);
    return type ? checker.typeToString(type).match(/\w+/g)!.flatMap((owner) => chain(owner, bases)) : [];
  };
  if (kind == "element") return elementFeatures(name, options).filter((each) => !!each);
  if (kind == "attribute") return [feature("html", "global_attributes", name)].filter((each) => !!each);
  if (kind == "event") return one([...(of ? owners() : []), "Element", "Document", "Window"], (owner) => feature("api", owner, name + "_event"));
  if (of && is.isObjectBindingPattern(of)) {
    meaning = propertyOf(of, name, checker);
    if (!meaning) return [];
  }
  // Of what is taken for anything: most likely of an element.
  if (!meaning) return one(of ? ["HTMLElement", "Element", "Node", "Document", "Window"] : ["Window"], (owner) => member(owner, name));
  if (!meaning.declarations.some(({ path }) => isNative({ fileName: path }))) return one(global(of), (owner) => member(owner, name));
  const parent = meaning.getParent()?.name;
  let found = one([parent ?? "Window"], (owner) => member(owner, name));
  // Of a mixin, or a static: the data has it where it is mixed in.
  if (!found.length && of) found = one(is.isIdentifier(of) ? [of.text, ...owners()] : owners(), (owner) => member(owner, name));
  const made = kind == "constructor" ? [feature("api", name, name), feature("javascript", "builtins", name, name)] : [];
  const given = found.flatMap(({ path }) => options.map((option) => optionOf(path.split("."), option)));
  return [...found, ...made, ...given].filter((each) => !!each);
}

/** A property that is taken apart from others: the name that it gets is one of ours. */
function propertyOf(pattern: Node, name: string, checker: Checker): Meaning | undefined {
  const type = checker.getTypeAtLocation(pattern);
  return type && checker.getPropertyOfType(type, name);
}

/** The interface of a global thing, also of one that is taken for what TypeScript doesn't know: (window as { trustedTypes?: … }). */
function global(of: Node | undefined): string[] {
  const thing = of && is.skipOuterExpressions(of);
  const name = thing && is.isIdentifier(thing) ? thing.text : "";
  return { window: ["Window"], globalThis: ["Window"], document: ["Document"], navigator: ["Navigator"] }[name] ?? [];
}

function one(owners: string[], look: (owner: string) => Feature | undefined): Feature[] {
  for (const owner of owners) {
    const found = look(owner);
    if (found) return [found];
  }
  return [];
}

function member(owner: string, name: string): Feature | undefined {
  const builtin = owner.replace(/^Readonly(?=[A-Z])|Constructor$/g, "");
  return (
    feature("api", owner, name) ||
    feature("api", owner, name + "_static") ||
    feature("javascript", "builtins", builtin, name) ||
    feature("javascript", "builtins", "Intl", builtin, name) ||
    (owner == "Window" ? feature("api", name) || feature("javascript", "builtins", name) : undefined) ||
    (owner == "CSSStyleDeclaration" ? feature("css", "properties", name.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase())) : undefined) ||
    (name.startsWith("on") ? feature("api", owner, name.slice(2) + "_event") : undefined)
  );
}

function optionOf(path: string[], option: string): Feature | undefined {
  const parameters = ["options_parameter", "init_parameter", "options"].map((parameter) => feature(...path, parameter, `options_${option}_parameter`));
  return feature(...path, `options_${option}_parameter`) || feature(...path, option) || parameters.find(Boolean);
}
