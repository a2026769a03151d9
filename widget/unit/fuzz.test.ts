// Whatever others put into messages, and into what is attached to them, to conversations and to people, nothing throws, and nothing
// else is hidden by it. FUZZ_SECONDS says how long to look; without it each property is tried a hundred times.

import { EventEmitter } from "node:events";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { showContact } from "../../cmd/internal/desk/contact";
import { createConversations } from "../../cmd/internal/desk/conversations";
import { createDeskStore, nobody, team } from "../../cmd/internal/desk/fake-desk";
import { asClient, FakeClient as DeskClient, FakeConversation as DeskConversation } from "../../cmd/internal/desk/fake-twilio";
import { showList } from "../../cmd/internal/desk/list";
import { toBubbles } from "../../cmd/internal/desk/message-log";
import { createThread } from "../../cmd/internal/desk/thread";
import { bubbles } from "../src/window/bubbles";
import { showFiles } from "../src/thread/files";
import { linked } from "../src/thread/links";
import { createBubbleList } from "../src/window/bubble-list";
import { jane } from "./fake-app";
import { openPage } from "./fake-page";
import { Service } from "./fake-service";
import { stubLocks } from "./fake-locks";

const seconds = Number(process.env.FUZZ_SECONDS ?? 0);
const runs = seconds ? { numRuns: Infinity, interruptAfterTimeLimit: seconds * 1000, markInterruptAsFailure: false } : { numRuns: 100 };

/** JSON of every shape, with what our readers look for among its keys. */
const names = ["id", "name", "email", "meta", "avatarUrl", "visitor", "account", "verification", "seal", "language", "__proto__", "toString", "length"];
const json: fc.Arbitrary<any> = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4, depthSize: "small" }, fc.constant(null), fc.boolean(), fc.double({ noNaN: true }), fc.string({ unit: "binary" }), tie("list"), tie("object")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  object: fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie("value"), { maxKeys: 6 }),
})).value!;
const author = fc.constantFrom("visitor", "team", "me", "jo", "mallory", "", null);
const text = fc.oneof(fc.string({ unit: "binary" }), fc.constant(null), fc.constant("{{ link:javascript:1 x }} https://a.example/\u202e"));
/** A file with whatever a service could say of it, and whatever it answers when its address is asked for. */
const file = fc
  .record({ sid: json, filename: fc.oneof(text, json), contentType: fc.oneof(text, json), size: fc.oneof(fc.double(), json), address: fc.oneof(fc.webUrl(), json) })
  .map(({ address, ...more }) => ({ ...more, getContentTemporaryUrl: async () => (address === null ? Promise.reject(Error("refused")) : address) }));
const message = fc.record({ author, body: text, attributes: json, attachedMedia: fc.option(fc.array(file, { maxLength: 3 })) });
const person = fc.record({ identity: fc.oneof(author, fc.string()), lastReadMessageIndex: fc.option(fc.integer()), friendlyName: text, attributes: json, isOnline: fc.option(fc.boolean()) });

/** Somebody in the conversation, with their user. */
function participant({ identity, lastReadMessageIndex, ...more }: any) {
  const user = Object.assign(new EventEmitter(), more);
  return { identity, lastReadMessageIndex, user, getUser: async () => user };
}

beforeEach(() => {
  vi.useFakeTimers();
  stubLocks("none");
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Follows the links to all files, of which there is one each, and none leads into the page. */
async function openFiles(list: HTMLElement, messages: readonly { files?: readonly unknown[] }[]): Promise<void> {
  vi.stubGlobal("open", () => null);
  const links = [...list.querySelectorAll<HTMLAnchorElement>(".file")];
  expect(links.length).toBe(messages.flatMap(({ files = [] }) => files).length);
  for (const link of links) link.click();
  await settle();
  for (const link of links) expect(link.getAttribute("href") ?? "https:").toMatch(/^https?:/i);
}

const settle = () => vi.advanceTimersByTimeAsync(0);

test(
  "the widget shows what it can read, whatever comes with it",
  async () => {
    const property = fc.asyncProperty(fc.array(message, { maxLength: 8 }), fc.array(message, { maxLength: 4 }), fc.array(person, { maxLength: 4 }), json, async (past, news, people, attributes) => {
      localStorage.clear();
      const service = new Service();
      const keep = ({ body, ...more }: any) => service.conversation.say(body, more);
      past.forEach(keep);
      service.conversation.say("Before", { attributes: { id: "sane" } });
      const page = openPage({ memories: { session: "s0" }, service });
      await settle();
      const there = people.map(participant);
      const get = service.client.getConversationBySid.getMockImplementation()!;
      service.client.getConversationBySid.mockImplementation(async (sid) => Object.assign((await get(sid)) as object, { attributes, getParticipants: async () => there }));
      await page.come();
      news.forEach(keep);
      const { conversation } = service.client;
      for (const one of there) {
        conversation.emit("participantJoined", one);
        conversation.emit("participantUpdated", { participant: one });
        conversation.emit("typingStarted", one);
        one.user.emit("updated");
      }
      service.conversation.say("After");
      await settle();
      const { messages } = page.store.state;
      expect(messages.length).toBe(new Set(messages.map(({ id }) => id)).size);
      const list = createBubbleList("Chat", "You", (bubble, text, trusted) => bubble.replaceChildren(...linked(text, trusted)));
      const shownBubbles = bubbles(page.config, page.store.state, jane, false, () => {});
      list.render(shownBubbles);
      const files = new Map(messages.map((message) => [message.id, message.files]));
      showFiles(list.element, shownBubbles.map(({ key, text }) => ({ text, files: files.get(key) })), () => []);
      await openFiles(list.element, messages);
      const shown = [...list.element.querySelectorAll(".bubble")].map(({ textContent }) => textContent);
      expect([shown.includes("Before"), shown.includes("After")]).toEqual([true, true]);
      page.app.end();
    });
    await fc.assert(property, runs);
  },
  seconds * 1000 + 60_000,
);

test(
  "the desk shows what it can read, whatever comes with it",
  async () => {
    const property = fc.asyncProperty(fc.array(message, { maxLength: 8 }), fc.array(json, { maxLength: 4 }), fc.option(fc.string()), async (messages, attributes, uniqueName) => {
      const store = createDeskStore();
      const desk = createConversations(store, () => {}, async (claims) => claims.map(() => true));
      const all = [...attributes, {}].map((each, i) => Object.assign(new DeskConversation("CH" + i), { attributes: each, uniqueName }));
      const sane = all.at(-1)!;
      sane.uniqueName = "visitor-1";
      for (const each of messages) sane.add(each as never);
      sane.add({ body: "Hello" });
      const client = new DeskClient();
      client.pages = [all];
      desk.listen(asClient(client), team);
      client.emit("initialized");
      await settle();
      expect(store.state.conversations.length).toBe(all.length);
      showList({ scroller: document.createElement("div"), list: document.createElement("ul") }, store, nobody, desk.see);
      const thread = createThread(() => true);
      await thread.open(sane as never, team);
      const said = thread.store.state.messages;
      for (const conversation of store.state.conversations) showContact(document.createElement("aside"), conversation, said);
      const list = createBubbleList("Chat", "You", (bubble, text, trusted) => bubble.replaceChildren(...linked(text, trusted)));
      const shownBubbles = toBubbles(said, -1, "Visitor", nobody, () => {});
      list.render(shownBubbles);
      showFiles(list.element, shownBubbles, () => []);
      await openFiles(list.element, shownBubbles);
      const shown = [...list.element.querySelectorAll(".bubble")].map(({ textContent }) => textContent);
      expect(shown).toContain("Hello");
    });
    await fc.assert(property, runs);
  },
  seconds * 1000 + 60_000,
);
