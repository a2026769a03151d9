// Which addresses in a text become links, and to where.

import { describe, expect, test } from "vitest";
import { linked } from "../src/thread/links";

/** A link by address and text; by the address alone, when that is the text. */
type Link = string | [href: string, text: string];

/** What of a text is shown, and its links. */
function show(text: string, trusted: boolean): [shown: string, ...links: Link[]] {
  const bubble = document.createElement("p");
  bubble.append(...linked(text, trusted));
  expect([...bubble.children].filter((child) => !child.matches("a"))).toEqual([]);
  const links = [...bubble.querySelectorAll("a")].map((a): Link => (a.getAttribute("href") == a.textContent ? a.textContent! : [a.getAttribute("href")!, a.textContent!]));
  return [bubble.textContent!, ...links];
}

/** What is written, and the links that come of it. */
const written: [text: string, ...links: Link[]][] = [
  [""],
  ["Nothing to see: here"],
  ["Read http://acme.example or HTTPS://acme.example/a?b=c#d", "http://acme.example", "HTTPS://acme.example/a?b=c#d"],
  ["See https://acme.example/a, https://acme.example/b.", "https://acme.example/a", "https://acme.example/b"],
  ["Line one https://acme.example\nline two", "https://acme.example"],
  ["Sure? https://acme.example/a?!… https://acme.example/b; 'https://acme.example/c'", "https://acme.example/a", "https://acme.example/b", "https://acme.example/c"],
  ["*https://acme.example/a* _https://acme.example/b_ {https://acme.example/c}", "https://acme.example/a", "https://acme.example/b", "https://acme.example/c"],
  ["«https://acme.example/a» ’https://acme.example/b’", "https://acme.example/a", "https://acme.example/b"],
  ["(see https://acme.example/a_(b)).", "https://acme.example/a_(b)"],
  ["[https://acme.example/a[1]]", "https://acme.example/a[1]"],
  ["Is it “https://acme.example/ö”?", "https://acme.example/ö"],
  ["<https://acme.example/a>", "https://acme.example/a"],
  ["mailto:jane@acme.example or", "mailto:jane@acme.example"],
  ["jane.doe+x@mail.acme.example!", ["mailto:jane.doe+x@mail.acme.example", "jane.doe+x@mail.acme.example"]],
  ["jörg@müller.example", ["mailto:jörg@müller.example", "jörg@müller.example"]],
  ["javascript:alert(1) data:text/html,x //acme.example acme.example me@localhost tel:+331234 ftp://acme.example"],
  ["<b onclick=alert(1)>bold</b> <a href='https://acme.example'>x</a> &amp;", "https://acme.example"],
  ["{{ link:https://evil.example my bank }}", "https://evil.example"],
  // The mark turns the direction of writing: what follows it would read as another address.
  ["https://acme.example/\u202emoc.live", "https://acme.example/"],
  ["https://acme.example/\u2066moc.live", "https://acme.example/"],
];

describe("what anybody may write", () => {
  test.each(written)("%j becomes just these links, and its text stays as it is", (text, ...links) => {
    expect(show(text, false)).toEqual([text, ...links]);
  });
});

/** What is configured, what is shown of it, and its links. */
const configured: [text: string, shown: string, ...links: Link[]][] = [
  ["Read {{ link:https://acme.example/help our help }} or https://acme.example/faq.", "Read our help or https://acme.example/faq.", ["https://acme.example/help", "our help"], "https://acme.example/faq"],
  ["On our {{ link:https://acme.example/a_(b)?c=d web site }}!", "On our web site!", ["https://acme.example/a_(b)?c=d", "web site"]],
  ["{{link:tel:+331234 Call}} us", "Call us", ["tel:+331234", "Call"]],
  ["{{ LINK:https://acme.example Here }}", "Here", ["https://acme.example", "Here"]],
  ["{{ link:https://acme.example/a one }} {{ link:https://acme.example/b two }}", "one two", ["https://acme.example/a", "one"], ["https://acme.example/b", "two"]],
  ["Or {{ link:mailto:a@b.example }}", "Or mailto:a@b.example", "mailto:a@b.example"],
  ["Write to a@b.example", "Write to a@b.example", ["mailto:a@b.example", "a@b.example"]],
  ["{{ link:javascript:alert(1) Click }}", "Click"],
  ["{{ link:/help Help }}", "Help"],
  ["{{ link:https://acme.example <b>bold</b> }}", "<b>bold</b>", ["https://acme.example", "<b>bold</b>"]],
  ["{{ name }} and {link:https}", "{{ name }} and {link:https}"],
];

describe("what the site's owner configured", () => {
  test.each(configured)("%j shows as %j", (text, ...shown) => {
    expect(show(text, true)).toEqual(shown);
  });
});

test.each([
  ["https://acme.example", "_blank"],
  ["HTTPS://acme.example", "_blank"],
  ["mailto:jane@acme.example", null],
])("a link to %s tells nothing of this page, and opens in %s", (address, target) => {
  const link = linked(address, false).find((part) => part instanceof HTMLAnchorElement) as HTMLAnchorElement;
  expect(link.getAttribute("target")).toBe(target);
  expect(link.rel.split(" ").sort()).toEqual(["nofollow", "noopener", "noreferrer"]);
});
