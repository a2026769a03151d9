import { attribute, el } from "../shared/dom";
import type { Config } from "../shared/generated";
import type { Texts } from "./texts";

/** What the visitor said; skipped: nothing. */
export type Answer = { name: string; email: string; skipped: boolean };

/** The form that asks who the visitor is. Of a user whom the page knows it asks for the consent alone. */
export function createIdentifyForm({ visitor, messages }: Config, consentOnly: boolean, show: Texts["show"], done: (answer: Answer) => void): HTMLFormElement {
  const { requireConsent } = visitor;
  const askName = visitor.askName && !consentOnly;
  const askEmail = visitor.askEmail && !consentOnly;
  const name = el("input", { name: "name", autocomplete: "name", dir: "auto", maxlength: "128", required: visitor.requireName });
  const email = el("input", { name: "email", type: "email", autocomplete: "email", maxlength: "254", required: visitor.requireEmail });
  const consent = el("input", { name: "consent", type: "checkbox", required: true });

  /** Says beside the field what is wrong with it, and whether anything is. */
  const complain = (input: HTMLInputElement) => {
    const empty = input == consent ? !consent.checked : !input.value.trim();
    // An empty field is not an invalid address.
    const fault = input.required && empty ? messages.identifyRequired : input.validity.typeMismatch ? messages.identifyInvalid : "";
    input.parentElement!.lastChild!.textContent = fault;
    attribute(input, "aria-invalid", !!fault && "true");
    attribute(input, "aria-describedby", !!fault && input.id + "-fault");
    return fault;
  };

  /** A field with its label, and below it the place for what is wrong with it. */
  const field = (input: HTMLInputElement, text: string) => {
    const id = (input.id = input.name);
    const label = el("label", { for: id }, text, input.required && el("span", { "aria-hidden": "true" }, " *"));
    // A complaint goes as soon as its reason has gone.
    input.oninput = () => input.matches("[aria-invalid]") && complain(input);
    const parts = [label, input];
    if (input == consent) {
      show(label, text, true);
      // The box comes before the links beside it.
      parts.reverse();
    }
    return el("div", { class: "field for-" + id }, ...parts, el("p", { class: "fault", id: id + "-fault" }));
  };

  const asked = [askName && name, askEmail && email, requireConsent && consent].filter((input): input is HTMLInputElement => !!input);
  const skip = el("button", { type: "button", class: "skip" }, messages.identifySkip);
  skip.onclick = () => done({ name: "", email: "", skipped: true });
  const submit = el("button", { class: "submit" }, messages.identifySubmit);
  // Enter in a field clicks too. Not the form's own event: sandboxed frames may forbid that.
  submit.onclick = (event) => {
    event.preventDefault();
    const wrong = asked.filter(complain);
    if (wrong[0]) wrong[0].focus();
    else done({ name: askName ? name.value.trim() : "", email: askEmail ? email.value.trim() : "", skipped: false });
  };
  return el(
    "form",
    { class: "identify", novalidate: true },
    askName && field(name, messages.identifyName),
    askEmail && field(email, messages.identifyEmail),
    requireConsent && field(consent, messages.identifyConsent),
    el("div", { class: "actions" }, !asked.some(({ required }) => required) && skip, submit),
  );
}
