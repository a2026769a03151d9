// The outbox: what would have gone out, as the preview tells it while the page is open.

interface Item {
  key: string;
  title: string;
  link: string;
  time: string;
  mail: { headers: [string, string][]; text: string };
  webhooks: { name: string; body: string }[];
}

const find = (id: string) => document.getElementById(id)!;

/** Makes an element with what is in it. What a visitor wrote is text, and nothing else. */
function make<K extends keyof HTMLElementTagNameMap>(tag: K, ...content: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.append(...content);
  return element;
}

function part(name: string, ...content: Node[]): HTMLDetailsElement {
  return make("details", make("summary", name), ...content);
}

/** A text as it is, which the keyboard can scroll. */
function source(name: string, text: string): HTMLPreElement {
  const element = make("pre", text);
  element.tabIndex = 0;
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", name);
  return element;
}

function show(item: Item): HTMLLIElement {
  const time = make("time", new Date(item.time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  time.dateTime = item.time;
  const link = make("a", "Open at the desk");
  link.href = item.link;
  link.target = "preview-desk";
  const headers = make("dl", ...item.mail.headers.flatMap(([name, value]) => [make("dt", name), make("dd", value)]));
  const mail = part("E-mail to each agent", headers, source("E-mail", item.mail.text));
  mail.open = true;
  const header = make("header", make("h2", item.title), time, link);
  const webhooks = item.webhooks.map(({ name, body }) => part(name, source(name, body)));
  const shown = make("li", header, mail, ...webhooks);
  shown.className = "item";
  return shown;
}

const shown = new Map<string, HTMLLIElement>();

function update(items: Item[]): void {
  const list = find("list");
  // What is there stays as it is, with what somebody has unfolded.
  for (const item of [...items].reverse()) {
    const name = item.key + item.time;
    if (shown.has(name)) continue;
    const element = show(item);
    shown.set(name, element);
    list.prepend(element);
  }
  find("empty").hidden = items.length > 0;
  find("status").textContent = items.length === 1 ? "1 notification" : items.length ? items.length + " notifications" : "";
}

const events = new EventSource("/preview.outbox/events");
events.onmessage = ({ data }) => update(JSON.parse(data));
events.onerror = () => (find("status").textContent = "The preview has stopped.");
