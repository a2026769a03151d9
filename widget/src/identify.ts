import type { Config } from "./generated";
import { attribute, el } from "./dom";
import { linked } from "./links";

/** What the visitor said; skipped: nothing. */
export type Answer = { name: string; email: string; skipped: boolean };

interface Field {
  element: HTMLElement;
  input: HTMLInputElement;
  /** What is wrong with it, or "". */
  fault(): string;
}

/** The form that asks who the visitor is. Of a user whom the page knows it asks for the consent alone. */
export function createIdentify({ visitor, messages }: Config, consentOnly: boolean, done: (answer: Answer) => void): HTMLFormElement {
  const { requireConsent } = visitor;
  const askName = visitor.askName && !consentOnly;
  const askEmail = visitor.askEmail && !consentOnly;
  const required = (input: HTMLInputElement, is: boolean) => (is && !(input.type == "checkbox" ? input.checked : input.value.trim()) ? messages.identifyRequired : "");

  const name = field("name", el("input", { name: "name", autocomplete: "name", dir: "auto", required: visitor.requireName }), [messages.identifyName]);
  name.fault = () => required(name.input, visitor.requireName);
  const email = field("email", el("input", { name: "email", type: "email", autocomplete: "email", required: visitor.requireEmail }), [
    messages.identifyEmail,
  ]);
  // Required first: an empty field is not an invalid address.
  email.fault = () => required(email.input, visitor.requireEmail) || (email.input.validity.typeMismatch ? messages.identifyInvalid : "");
  const consent = field("consent", el("input", { name: "consent", type: "checkbox", required: true }), linked(messages.identifyConsent, true));
  consent.fault = () => required(consent.input, true);

  const fields = [askName && name, askEmail && email, requireConsent && consent].filter((f): f is Field => !!f);
  const skippable = !requireConsent && !(askName && visitor.requireName) && !(askEmail && visitor.requireEmail);
  const skip = el("button", { type: "button", class: "skip" }, messages.identifySkip);
  skip.addEventListener("click", () => done({ name: "", email: "", skipped: true }));
  const submit = el("button", { class: "submit" }, messages.identifySubmit);
  const form = el(
    "form",
    { class: "identify", novalidate: true },
    ...fields.map((f) => f.element),
    el("div", { class: "actions" }, skippable && skip, submit),
  );
  // Enter in a field clicks too. Not the form's own event: sandboxed frames may forbid that.
  submit.addEventListener("click", (event) => {
    event.preventDefault();
    const wrong = fields.filter(complain);
    if (wrong[0]) wrong[0].input.focus();
    else done({ name: askName ? name.input.value.trim() : "", email: askEmail ? email.input.value.trim() : "", skipped: false });
  });
  return form;
}

/** A field with its label, and below it the place for what is wrong with it. */
function field(id: string, input: HTMLInputElement, label: (Node | string)[]): Field {
  input.id = id;
  const text = el("label", { for: id }, ...label);
  const fault = el("p", { class: "fault", id: id + "-fault" });
  const element = el("div", { class: "field for-" + id }, text, input, fault);
  const made: Field = { element, input, fault: () => "" };
  // A complaint goes as soon as its reason has gone.
  input.addEventListener("input", () => input.matches("[aria-invalid]") && complain(made));
  return made;
}

/** Says beside the field what is wrong with it, and whether anything is. */
function complain({ element, input, fault }: Field): boolean {
  const text = fault();
  element.lastElementChild!.textContent = text;
  attribute(input, "aria-invalid", !!text && "true");
  attribute(input, "aria-describedby", !!text && input.id + "-fault");
  return !!text;
}
