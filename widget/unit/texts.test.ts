// Texts of bubbles and labels, while what finds their links is there, on its way, or not to be had.

import { beforeEach, expect, test, vi } from "vitest";
import type { Thread } from "../src/shared/app";
import { createTexts } from "../src/window/texts";

const linked: Thread["linked"] = (text, trusted) => [`[${text}${trusted ? ", trusted" : ""}]`];
const arrived = vi.fn();
let need: ReturnType<typeof vi.fn>;
let element: HTMLElement;
vi.stubGlobal("THREAD_FILE", "thread.js");
beforeEach(() => {
  arrived.mockClear();
  need = vi.fn(async () => ({ linked }));
  element = document.createElement("p");
});
const settled = () => new Promise((resolve) => setTimeout(resolve));

test.each<[text: string, trusted: boolean, first: string, then: string]>([
  ["Hello", false, "Hello", "Hello"],
  ["Hello", true, "Hello", "Hello"],
  ["See https://acme.example", false, "See https://acme.example", "[See https://acme.example]"],
  ["Write to jane@acme.example", true, "Write to jane@acme.example", "[Write to jane@acme.example, trusted]"],
  ["Read {{ link:https://acme.example our help }}.", true, "Read  our help .", "[Read {{ link:https://acme.example our help }}., trusted]"],
  ["{{link:tel:+331234 Call}} us", true, " Call us", "[{{link:tel:+331234 Call}} us, trusted]"],
  // From anybody it is a text like others.
  ["{{ link:https://evil.example my bank }}", false, "{{ link:https://evil.example my bank }}", "[{{ link:https://evil.example my bank }}]"],
])("%j, configured: %j, is first %j, then %j", async (text, trusted, first, then) => {
  createTexts({ need } as never, arrived).show(element, text, trusted);
  expect(element.textContent).toBe(first);
  await settled();
  expect(element.textContent).toBe(then);
  expect(need.mock.calls).toEqual(first == then ? [] : [["thread.js"]]);
});

test("the file is loaded once, and a text that has taken the place of another meanwhile stays", async () => {
  const { show, load } = createTexts({ need } as never, arrived);
  await load();
  show(element, "See https://acme.example");
  show(element, "Hello");
  await settled();
  expect(element.textContent).toBe("Hello");
  expect(need).toHaveBeenCalledOnce();
  expect(arrived.mock.calls).toEqual([[{ linked }]]);
});

test("without the file a text is there all the same, and the next one tries again", async () => {
  need.mockRejectedValueOnce(Error("gone"));
  const { show } = createTexts({ need } as never, arrived);
  show(element, "Write to jane@acme.example");
  await settled();
  expect(element.textContent).toBe("Write to jane@acme.example");
  show(element, "Or to bob@acme.example");
  await settled();
  expect(element.textContent).toBe("[Or to bob@acme.example]");
});

test("with a file that fails when it arrives the links are found all the same, and it is loaded once", async () => {
  const said = vi.spyOn(console, "warn").mockReturnValue();
  arrived.mockImplementationOnce(() => {
    throw Error("no badge");
  });
  const { show } = createTexts({ need } as never, arrived);
  for (const text of ["Write to jane@acme.example", "Or to bob@acme.example"]) {
    show(element, text);
    await settled();
    expect(element.textContent).toBe(`[${text}]`);
  }
  expect(need).toHaveBeenCalledOnce();
  expect(said.mock.calls).toEqual([["MissiveChat: Error: no badge"]]);
});

test("a text whose links can't be found stays, and the page hears of no error", async () => {
  need.mockResolvedValue({
    linked() {
      throw Error("broken");
    },
  });
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  createTexts({ need } as never, arrived).show(element, "Write to jane@acme.example");
  await settled();
  process.off("unhandledRejection", unhandled);
  expect(element.textContent).toBe("Write to jane@acme.example");
  expect(unhandled).not.toHaveBeenCalled();
});
