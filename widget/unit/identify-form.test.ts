// The form that asks who the visitor is: its fields, what it complains of, and what it hands on.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Config, defaults } from "../src/shared/generated";
import { linked } from "../src/thread/links";
import { createIdentifyForm } from "../src/window/identify-form";

const messages = { ...defaults.messages, identifyRequired: "Required!", identifyInvalid: "Invalid!", identifyConsent: "I accept the {{ link:https://site.example/terms terms }}." };
const done = vi.fn();
beforeEach(() => void done.mockClear());
afterEach(() => document.body.replaceChildren());

/** The form on a page. */
function make(visitor: Partial<Config["visitor"]> = {}, consentOnly = false) {
  const form = createIdentifyForm({ visitor: { ...defaults.visitor, ...visitor }, messages } as never as Config, consentOnly, (label, text, trusted) => label.replaceChildren(...linked(text, trusted)), done);
  document.body.append(form);
  const input = (name: string) => form.querySelector<HTMLInputElement>(`[name=${name}]`)!;
  return {
    form,
    input,
    skip: form.querySelector<HTMLElement>(".skip"),
    submit: () => form.querySelector<HTMLElement>(".submit")!.click(),
    fill(name: string, value: string) {
      input(name).value = value;
      input(name).dispatchEvent(new Event("input"));
    },
    /** What stands beside the fields, as a screen reader hears it. */
    faults: () => Object.fromEntries([...form.querySelectorAll("input")].map((e) => [e.name, e.getAttribute("aria-invalid") == "true" ? form.querySelector("#" + e.getAttribute("aria-describedby"))!.textContent : ""])),
  };
}

const nothing = { requireEmail: false };

test.each<[string, Partial<Config["visitor"]>, boolean, string[], boolean]>([
  ["by default asks for name and address, and wants the address", {}, false, ["name", "email *"], false],
  ["that requires nothing can be skipped", nothing, false, ["name", "email"], true],
  ["asks no name where that is off", { askName: false }, false, ["email *"], false],
  ["asks no address where that is off, and then requires none", { askEmail: false }, false, ["name"], true],
  ["wants the name where it is required", { ...nothing, requireName: true }, false, ["name *", "email"], false],
  ["wants no name that it doesn't ask for", { ...nothing, askName: false, requireName: true }, false, ["email"], true],
  ["wants the consent where that is required", { ...nothing, requireConsent: true }, false, ["name", "email", "consent *"], false],
  ["may ask for the consent alone", { requireConsent: true }, true, ["consent *"], false],
])("a form %s", (_, visitor, consentOnly, fields, skip) => {
  const form = make(visitor, consentOnly);
  expect([...form.form.querySelectorAll("input")].map(({ name, required }) => name + (required ? " *" : ""))).toEqual(fields);
  expect(!!form.skip).toBe(skip);
});

test("a field is labelled, with a star where it must be filled that is not read out", () => {
  const { form } = make({ requireConsent: true });
  const labels = [...form.querySelectorAll("label")].map((label) => [label.htmlFor, label.textContent]);
  expect(labels).toEqual([
    ["name", "Name"],
    ["email", "Email *"],
    ["consent", "I accept the terms."],
  ]);
  expect(form.querySelector("label [aria-hidden]")!.textContent).toBe(" *");
  expect(form.querySelector("label a")!.getAttribute("href")).toBe("https://site.example/terms");
});

const all = { requireName: true, requireConsent: true };

describe("a form that is sent", () => {
  test.each<[string, Record<string, string>, Record<string, string>, string]>([
    ["empty", {}, { name: "Required!", email: "Required!", consent: "Required!" }, "name"],
    ["with blanks", { name: "  ", email: "jane@example.com" }, { name: "Required!", email: "", consent: "Required!" }, "name"],
    ["with no address", { name: "Jane", email: "jane at home" }, { name: "", email: "Invalid!", consent: "Required!" }, "email"],
    ["without consent", { name: "Jane", email: "jane@example.com" }, { name: "", email: "", consent: "Required!" }, "consent"],
  ])("%s complains beside each field, and the focus goes to the first", (_, values, faults, focused) => {
    const form = make(all);
    for (const name in values) form.fill(name, values[name]!);
    form.submit();
    expect(form.faults()).toEqual(faults);
    expect(document.activeElement).toBe(form.input(focused));
    expect(done).not.toHaveBeenCalled();
  });

  test.each<[Partial<Config["visitor"]>, Record<string, string>, object]>([
    [{}, { name: "  Jane Doe ", email: " jane@example.com " }, { name: "Jane Doe", email: "jane@example.com", skipped: false }],
    [{}, { email: "jane@example.com" }, { name: "", email: "jane@example.com", skipped: false }],
    [nothing, {}, { name: "", email: "", skipped: false }],
    [{ askEmail: false }, { name: "Jane" }, { name: "Jane", email: "", skipped: false }],
  ])("with %j where it may be hands on what was said", (visitor, values, answer) => {
    const form = make(visitor);
    for (const name in values) form.fill(name, values[name]!);
    form.submit();
    expect(done.mock.calls).toEqual([[answer]]);
  });

  test("with an address that is not required, but none, complains", () => {
    const form = make(nothing);
    form.fill("email", "jane at home");
    form.submit();
    expect(form.faults()).toEqual({ name: "", email: "Invalid!" });
    expect(done).not.toHaveBeenCalled();
  });

  test("with the box ticked goes, and says nothing of what it didn't ask", () => {
    const form = make(all, true);
    form.input("consent").click();
    form.submit();
    expect(done.mock.calls).toEqual([[{ name: "", email: "", skipped: false }]]);
  });
});

test("a complaint goes with its reason, and comes only when the form is sent", () => {
  const form = make(all);
  form.fill("email", "jane");
  expect(form.faults().email).toBe("");
  form.submit();
  form.fill("name", "J");
  expect(form.faults()).toEqual({ name: "", email: "Invalid!", consent: "Required!" });
  form.fill("email", "");
  expect(form.faults().email).toBe("Required!");
  form.fill("email", "jane@example.com");
  expect(form.faults().email).toBe("");
});

test("a form that is skipped hands on nothing, whatever stands in it", () => {
  const form = make(nothing);
  form.fill("name", "Jane");
  form.fill("email", "jane at home");
  form.skip!.click();
  expect(done.mock.calls).toEqual([[{ name: "", email: "", skipped: true }]]);
});
