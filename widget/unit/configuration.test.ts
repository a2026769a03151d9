// The configuration of a page: which value holds where several are given, and what is said about values that are wrong.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readLauncherConfig } from "../src/launcher/configuration";
import { callbacks, choices, type Config, defaults, launcherDefaults, lists } from "../src/shared/generated";
import type { Explain } from "../src/shared/types";

let warn: ReturnType<typeof vi.spyOn>;
const supports = vi.fn<typeof CSS.supports>();
beforeEach(() => {
  warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  // Which values are CSS is for the browser to say. Here, all are.
  supports.mockReset().mockReturnValue(true);
  vi.stubGlobal("CSS", { supports });
  vi.stubGlobal("FAULTS_FILE", "faults.js");
  words = undefined;
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const base = "https://chat.example";

/** What faults/faults.ts hands over. */
let explain: Explain;
vi.mock("../src/launcher/scripts", () => ({ handOver: (given: Explain) => (explain = given) }));
/** The file that has the words, once it was asked for. */
let words: Promise<unknown> | undefined;

const paint = vi.fn<(variables: object) => void>();

/** What the launcher gives to the window of an account, on a page. */
function createAppOf(baked: unknown, page: unknown) {
  const need = <T>(file: string) => {
    expect(file).toBe("faults.js");
    words = import("../src/faults/faults").then(() => explain);
    return words as Promise<T>;
  };
  return { defaults: launcherDefaults, given: [baked, page] as [unknown, unknown], base, need, paint };
}

/** The configuration of a page of its own: what was said once is said there for the first time. */
async function read(page?: unknown, baked: object = {}): Promise<Config> {
  vi.resetModules();
  return again(page, baked);
}

/** The same page, read once more. */
async function again(page?: unknown, baked: object = {}): Promise<Config> {
  const { readConfig } = await import("../src/window/configuration");
  const config = readConfig(createAppOf(baked, page));
  await words;
  return config;
}

/** What the console says, without the name that stands before it. */
const said = () => warn.mock.calls.map(([line]: unknown[]) => String(line).replace(/^MissiveChat: /, ""));

/** One value in the tree that a path leads to. */
const tree = (path: string, value: unknown): object => path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
const at = (config: object, path: string): unknown => path.split(".").reduce<any>((inner, key) => inner[key], config);

/** Path and default of each option of the page, but for style variables. */
function options(defaults: object, path = ""): [path: string, value: string | boolean][] {
  return Object.entries(defaults).flatMap(([key, value]) => (typeof value == "object" ? options(value, path + key + ".") : [[path + key, value]]));
}
const all = [...options(defaults), ...options(launcherDefaults)].filter(([path]) => !/^(host|connection\..*|chat\.variables\..*)$/.test(path));

/** Two values of an option that differ from its default. */
function others(path: string, value: string | boolean): [unknown, unknown] {
  const allowed = choices[path.split(".").pop()!]?.filter((one) => one != value);
  if (allowed) return [allowed[0], allowed.at(-1)];
  if (path == "chat.avatarUrl") return ["https://site.example/1.png", "https://site.example/2.png"];
  return typeof value == "boolean" ? [!value, !value] : [value + " 1", value + " 2"];
}

describe("of each option", () => {
  test.each(all)("%s the default holds where nobody says otherwise", async (path, value) => {
    expect(at(await read(), path)).toBe(value);
    expect(at(await read({}), path)).toBe(value);
  });

  test.each(all)("%s the account's value wins over the default, and the page's over both", async (path, value) => {
    const [first, second] = others(path, value);
    expect(at(await read({}, tree(path, first)), path)).toBe(first);
    expect(at(await read(tree(path, second), tree(path, first)), path)).toBe(second);
    if (typeof value == "boolean") expect(at(await read(tree(path, value), tree(path, first)), path)).toBe(value);
    expect(said()).toEqual([]);
  });

  test.each(all)("%s null and undefined are no value of the page, and nothing is said of them", async (path, value) => {
    const [first] = others(path, value);
    for (const nothing of [null, undefined]) expect(at(await read(tree(path, nothing), tree(path, first)), path)).toBe(first);
    expect(said()).toEqual([]);
  });

  test.each(all)("%s a value of another type is left out, and the page is told what it must be", async (path, value) => {
    const type = lists.some((key) => path == "messages." + key) ? "string or a list of strings" : typeof value;
    for (const wrong of [5, [1], {}, () => {}, typeof value == "string" ? true : "yes"]) {
      warn.mockClear();
      expect(await read(tree(path, wrong))).toEqual({ ...(await read()), ...Object.fromEntries(callbacks.map((name) => [name, expect.any(Function)])) });
      expect(said(), JSON.stringify(wrong)).toEqual([`${path} must be a ${type}`]);
    }
  });
});

test("the documented configuration, each option at its default, says nothing", async () => {
  const { host, connection, ...documented } = await read();
  // Documented are those of the light palette.
  const light = (value: string) => value.replace(/var\(--light,([^]*)\) var\(--dark,.*/, "$1");
  const variables = Object.fromEntries(Object.entries(documented.chat.variables).map(([name, value]) => [name, light(value)]));
  const config = { ...documented, id: "acme", meta: {}, chat: { ...documented.chat, variables } };
  expect(Object.keys(config)).toEqual(expect.arrayContaining(["chat", "support", "user", "visitor", "messages", ...callbacks]));
  expect(await read(config)).toEqual({ ...config, host, connection });
  expect(said()).toEqual([]);
});

describe("of trees", () => {
  test("what the page leaves out stays as the account has it, key by key", async () => {
    const baked = { chat: { name: "Bakery", showNames: false }, visitor: { askName: false }, messages: { title: "Ask", welcome: ["One", "Two"] }, meta: { plan: "baked", seats: "1" } };
    const page = { chat: { showNames: true }, messages: { welcome: "Only this" }, meta: { plan: "page" } };
    const config = await read(page, baked);
    expect(config).toMatchObject({
      chat: { name: "Bakery", showNames: true },
      visitor: { askName: false },
      messages: { title: "Ask", welcome: "Only this" },
      meta: { plan: "page", seats: "1" },
    });
  });

  test.each(["chat", "chat.variables", "messages", "visitor", "user", "support", "meta"])("%s may be null or undefined", async (path) => {
    const want = await read();
    for (const nothing of [null, undefined]) expect(at(await read(tree(path, nothing)), path)).toEqual(at(want, path));
    expect(said()).toEqual([]);
  });

  test("one page's configuration is not the next one's default", async () => {
    const one = await read({ messages: { title: "One" }, meta: { plan: "free" } });
    one.chat.variables.width = "1px";
    const two = await again({});
    expect([two.messages.title, two.meta, two.chat.variables.width]).toEqual(["Chat with us", {}, "350px"]);
  });
});

describe("lists", () => {
  test.each(lists)("messages.%s may be a list, which replaces what the account has", async (key) => {
    const config = await read({ messages: { [key]: ["Only", "this"] } }, { messages: { [key]: ["One", "Two", "Three"] } });
    expect(at(config, "messages." + key)).toEqual(["Only", "this"]);
    expect(said()).toEqual([]);
  });

  test.each(lists)("messages.%s may be an empty list or an empty text", async (key) => {
    for (const empty of [[], ""]) expect(at(await read({ messages: { [key]: empty } }), "messages." + key)).toEqual(empty);
    expect(said()).toEqual([]);
  });

  test.each(lists)("messages.%s with something else in the list is left out as a whole", async (key) => {
    const path = "messages." + key;
    expect(at(await read({ messages: { [key]: ["Hi", 1] } }), path)).toBe(at(await read(), path));
    expect(said()).toEqual([path + " must be a string or a list of strings"]);
  });
});

/** What a page sets, and all that it is told. Nothing of it may have an effect. */
const mistakes: [page: unknown, ...warnings: string[]][] = [
  [{ chat: { postion: "bottom-left" } }, 'chat.postion is not an option of the page, did you mean "position"?'],
  [{ chat: { hideBrandng: true } }, 'chat.hideBrandng is not an option of the page, did you mean "hideBranding"?'],
  [{ mesages: { title: "Hi" } }, 'mesages is not an option of the page, did you mean "messages"?'],
  [{ messages: { titel: "Hi" } }, 'messages.titel is not an option of the page, did you mean "title"?'],
  [{ messages: { ttile: "Hi" } }, 'messages.ttile is not an option of the page, did you mean "title"?'],
  [{ chat: { variables: { "main-colour": "red" } } }, 'chat.variables.main-colour is not an option of the page, did you mean "main-color"?'],
  [{ visitor: { askname: false } }, 'visitor.askname is not an option of the page, did you mean "askName"?'],
  [{ support: { mail: "a@b.example" } }, 'support.mail is not an option of the page, did you mean "email"?'],
  [{ user: { emial: "jane@example.com" } }, 'user.emial is not an option of the page, did you mean "email"?'],
  [{ onNewMesage: 1 }, 'onNewMesage is not an option of the page, did you mean "onNewMessage"?'],
  [{ onready() {} }, 'onready is not an option of the page, did you mean "onReady"?'],
  [{ surprise: true }, "surprise is not an option of the page"],
  // Too far from anything: a guess would only mislead.
  [{ chat: { colour: "red" } }, "chat.colour is not an option of the page"],
  [{ chat: { naame: "Acme", nomo: "Acme" } }, 'chat.naame is not an option of the page, did you mean "name"?', 'chat.nomo is not an option of the page, did you mean "name"?'],
  [{ chat: { nam: "Acme", nme: "Acme", nmea: "Acme" } }, 'chat.nam is not an option of the page, did you mean "name"?', 'chat.nme is not an option of the page, did you mean "name"?', 'chat.nmea is not an option of the page, did you mean "name"?'],
  [{ host: "https://elsewhere.example", theme: "ink", connection: {} }, "host is not an option of the page", "theme is not an option of the page", "connection is not an option of the page"],
  [JSON.parse('{"__proto__": {"polluted": true}, "chat": {"__proto__": {"polluted": true}}}'), "__proto__ is not an option of the page", "chat.__proto__ is not an option of the page"],
  [{ constructor: 1, chat: { toString: 1 } }, "constructor is not an option of the page", "chat.toString is not an option of the page"],
  [{ chat: { position: "top-left" } }, 'chat.position must be "bottom-right" or "bottom-left"'],
  [{ chat: { scheme: "Dark" } }, 'chat.scheme must be "light" or "dark" or "auto" or "host"'],
  [{ chat: "left" }, "chat must be an object"],
  [{ visitor: [] }, "visitor must be an object"],
  [{ chat: { variables: "red" } }, "chat.variables must be an object"],
  [{ user: "jane@example.com" }, "user must be an object"],
  [{ meta: "free" }, "meta must be an object"],
  [{ meta: { company: {}, tags: ["a"], then() {} } }, "meta.company must be a text", "meta.tags must be a text", "meta.then must be a text"],
  [{ meta: { language: "xx", platform: "Amiga", browser: "Mosaic" } }, "meta.language can’t be changed", "meta.platform can’t be changed", "meta.browser can’t be changed"],
  [JSON.parse('{"meta": {"__proto__": "free"}}'), "meta.__proto__ can’t be changed"],
  ...callbacks.map((name): [unknown, string] => [{ [name]: "open" }, name + " must be a function"]),
  ...["red; display: none", "red}", "{", "red/**/", "url(https://track.example)", "URL(x)", "\\75rl(x)", 'image-set("x" 1x)', "-webkit-image-set(x)", "cross-fade(x)", "element(#a)", "image(x)", "src(x)", "var(--x, url(y))"].map(
    (value): [unknown, string] => [{ chat: { variables: { "background-color": value } } }, "chat.variables.background-color must be one CSS value of its kind, without addresses"],
  ),
  ["nonsense", "MissiveChatConfig must be an object"],
  [null, "MissiveChatConfig must be an object"],
  [[], "MissiveChatConfig must be an object"],
  [5, "MissiveChatConfig must be an object"],
];

describe("a mistake", () => {
  test.each(mistakes)("%j changes nothing, and the page is told of it once", async (page, ...warnings) => {
    const want = await read();
    const got = await read(page);
    expect(JSON.stringify(got)).toBe(JSON.stringify(want));
    expect({}).not.toHaveProperty("polluted");
    expect(said()).toEqual(warnings);
    for (const name of callbacks) expect(got[name]!(undefined as never), name).toBeUndefined();
    // Again, with the same module: the same value is read again with each change.
    await again(page);
    expect(said()).toEqual(warnings);
  });

  test("leaves what stands beside it as it is given", async () => {
    const config = await read({ chat: { position: "top-left", name: "Acme", variables: { width: 400, height: "432px" } }, meta: { company: {}, seats: 3 }, surprise: 1, messages: { title: "Hi" } });
    expect(config).toMatchObject({ chat: { position: "bottom-right", name: "Acme", variables: { width: "350px", height: "432px" } }, meta: { seats: "3" }, messages: { title: "Hi" } });
    expect(config.meta).toEqual({ seats: "3" });
    expect(said()).toHaveLength(4);
  });
});

/** The part of a configuration that the launcher has. */
const part = (config: any, like: any): unknown => (typeof like == "object" ? Object.fromEntries(Object.keys(like).map((key) => [key, part(config[key], like[key])])) : config);

describe("the launcher, before the window is there", () => {
  const ofLauncher = options(launcherDefaults).filter(([path]) => !/^(connection|chat\.variables)\./.test(path));

  test.each(ofLauncher)("takes the same %s from account and page", async (path, value) => {
    const [first, second] = others(path, value);
    for (const [baked, page] of [[{}, undefined], [tree(path, first), undefined], [tree(path, first), tree(path, second)], [tree(path, first), tree(path, null)]] as const) {
      expect(readLauncherConfig(baked, page)).toEqual(part(await read(page, baked), launcherDefaults));
    }
  });

  test("has not kept anything of one page for the next", () => {
    readLauncherConfig({ chat: { hidden: true, variables: { margin: "1px" } } }, { messages: { title: "Hi" } });
    expect(readLauncherConfig({}, {})).toEqual(launcherDefaults);
    expect(launcherDefaults.messages.title).toBe("Chat with us");
  });

  // Of position, scheme and style variables it takes any text: one that is unknown leaves it on the right, and light; the shell leaves out what is unsafe.
  const quiet = mistakes.filter(([, warning]) => !/chat\.(position|scheme|variables\.)/.test(warning!));
  test.each([...quiet, [{ messages: { error: ["No luck.", "Sorry."], title: ["Hi"] } }]] as [unknown][])("makes nothing more of %j, and says nothing", async (page) => {
    // Of what it knows; a flag that nobody knows does no harm.
    expect(part(readLauncherConfig({}, page), launcherDefaults)).toEqual(part(await read(page), launcherDefaults));
    warn.mockClear();
    readLauncherConfig({}, page);
    expect(said()).toEqual([]);
  });
});

test("the words for faults are not loaded by a page without one, and once by a page with some", async () => {
  await read({ chat: { name: "Acme", position: "bottom-left" }, meta: { plan: "free" }, onReady() {} }, { messages: { title: "Ask" } });
  expect(words).toBeUndefined();
  await read({ chat: { nmae: "Acme" }, surprise: 1 });
  const first = words;
  await again({ other: 1 });
  expect(words).toBe(first);
  expect(said()).toHaveLength(3);
});

test("meta is of texts: numbers and booleans become such", async () => {
  expect((await read({ meta: { plan: "free", seats: 3, trial: true, none: 0, gone: null } })).meta).toEqual({ plan: "free", seats: "3", trial: "true", none: "0" });
  expect(said()).toEqual([]);
});

test.each(callbacks)("%s is the function that the page gives, or one that does nothing", async (name) => {
  const given = () => {};
  expect((await read({ [name]: given }))[name]).toBe(given);
  expect((await read())[name]!(undefined as never)).toBeUndefined();
});

test("the account's host and connection hold, whatever the page says of them", async () => {
  const baked = { host: "https://chat.example", connection: { tokenUrl: "https://token.example", sdk: "bundled" } };
  const config = await read({ host: "https://evil.example", connection: { tokenUrl: "https://evil.example" } }, baked);
  expect([config.host, config.connection]).toEqual(["https://chat.example", { tokenUrl: "https://token.example", sdk: "bundled", region: "us1" }]);
});

test.each([
  ["", "", ""],
  ["../assets/team.1234.png", undefined, "https://chat.example/assets/team.1234.png"],
  ["https://site.example/team.png", undefined, "https://site.example/team.png"],
  ["../assets/team.1234.png", "us.png", "us.png"],
  ["../assets/team.1234.png", "", ""],
])("the picture %j of the account, and %j of the page, is %j", async (baked, page, want) => {
  expect((await read({ chat: { avatarUrl: page } }, { chat: { avatarUrl: baked } })).chat.avatarUrl).toBe(want);
});

describe("of style variables", () => {
  const names = Object.keys({ ...defaults.chat.variables, ...launcherDefaults.chat.variables });
  const good: Record<string, string> = { "box-shadow": "0 1px red", border: "1px solid red", "font-family": "Arial", "transition-duration": "1s", "transition-easing": "linear", "z-index": "40" };
  const goodOf = (name: string) => good[name.replace(/^badge-box/, "box")] ?? (name.endsWith("color") ? "red" : "1px");

  test.each(names)("%s the account's value is taken as it is, and the page's where the browser knows it", async (name) => {
    const variables = (config: Config) => (config.chat.variables as never as Record<string, string>)[name];
    expect(variables(await read({}, { chat: { variables: { [name]: "theirs" } } }))).toBe("theirs");
    expect([words, said()]).toEqual([undefined, []]);
    const value = goodOf(name);
    expect(variables(await read({ chat: { variables: { [name]: value } } }))).toBe(value);
    expect([said(), paint.mock.lastCall]).toEqual([[], [{ [name]: value }]]);
    supports.mockReturnValue(false);
    const was = variables(await read());
    expect(variables(await read({ chat: { variables: { [name]: value } } }))).toBe(was);
    expect([said(), paint.mock.lastCall]).toEqual([[`chat.variables.${name} must be one CSS value of its kind, without addresses`], [{ [name]: was }]]);
  });

  test.each(names)("%s no other type is taken", async (name) => {
    for (const wrong of [5, ["1px"], {}, true, () => {}]) await read({ chat: { variables: { [name]: wrong } } });
    expect(new Set(said())).toEqual(new Set([`chat.variables.${name} must be a string`]));
  });
});
