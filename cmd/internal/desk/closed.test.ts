// The closed conversations, page by page.

import { expect, test, vi } from "../../../widget/unit/vitest.ts";
import { createClosed } from "./closed";
import { createClosedThread } from "./closed-thread";
import { createDeskStore, team } from "./fake-desk";
import type { ClosedConversation, ClosedMessage, ClosedPage, MessagePage } from "./server";

const conversation = (sid: string, more: Partial<ClosedConversation> = {}): ClosedConversation => ({
  sid, uniqueName: "visitor-1", account: "acme", name: "Jane", email: "", verification: "verified", vouched: true, last: "Thank you", author: "visitor", time: "2026-03-31T10:00:00Z", ...more,
});

function begin(pages: Record<string, ClosedPage>) {
  const store = createDeskStore({ team });
  const ask = vi.fn(async (before?: string) => pages[before ?? ""]!);
  return { store, ask, closed: createClosed(store, { closed: ask }), sids: () => store.state.closed.map(({ sid }) => sid) };
}

test("come one page after the other, each conversation once, until there are no more", async () => {
  const { store, ask, closed, sids } = begin({ "": { conversations: [conversation("CH1"), conversation("CH2")], next: "2" }, "2": { conversations: [conversation("CH2"), conversation("CH3")] } });
  await Promise.all([closed.more(), closed.more()]);
  expect([sids(), store.state.olderClosed, ask.mock.calls]).toEqual([["CH1", "CH2"], true, [[undefined]]]);
  await closed.more();
  expect([sids(), store.state.olderClosed]).toEqual([["CH1", "CH2", "CH3"], false]);
  await closed.more();
  expect(ask).toHaveBeenCalledTimes(2);
});

test("are read anew once they are forgotten, and what was under way counts no more", async () => {
  const { ask, closed, sids } = begin({ "": { conversations: [conversation("CH1")] } });
  let answer = (_: ClosedPage) => {};
  ask.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  const late = closed.more();
  closed.forget();
  await closed.more();
  answer({ conversations: [conversation("CH9")] });
  await late;
  expect(sids()).toEqual(["CH1"]);
});

test("that could not be read can be asked for again", async () => {
  const { ask, closed, sids } = begin({ "": { conversations: [conversation("CH1")] } });
  ask.mockRejectedValueOnce(Error("no connection"));
  await expect(closed.more()).rejects.toThrow("no connection");
  await closed.more();
  expect(sids()).toEqual(["CH1"]);
});

test.each<[string, Partial<ClosedConversation>, object]>([
  ["of the visitor", {}, { title: "Jane", state: "closed", lastMessage: { text: "Thank you", from: "visitor" }, time: Date.UTC(2026, 2, 31, 10) }],
  ["of a colleague", { author: "jo" }, { lastMessage: { from: "colleague" } }],
  ["with a mark that nobody knows", { verification: "sure" }, { verification: "unverified" }],
  ["without a time", { time: "" }, { time: 0 }],
])("say what was said last: %s", async (_, more, summary) => {
  const { store, closed } = begin({ "": { conversations: [conversation("CH1", more)] } });
  await closed.more();
  expect(store.state.closed).toMatchObject([summary]);
});

const message = (index: number, author: string): ClosedMessage => ({ index, sid: "IM" + index, author, body: "Message " + index, attributes: { id: "4b1c", meta: { plan: "pro" }, page: "https://acme.example/" }, time: "2026-03-31T10:00:00Z" });

test("their files are named, and the server is asked for their addresses", async () => {
  const file = (sid: string, filename: unknown) => ({ sid, filename: filename as string, content_type: "image/png", size: 5 });
  const media = [file("ME1", "manual.pdf"), file("ME2", 7), file("ME3", "photo.jpg")];
  const page = { conversation: conversation("CH1"), messages: [{ ...message(0, "jo"), body: "", media }, { ...message(1, "jo"), body: "Here", media }, { ...message(2, "jo"), media: null }], more: false };
  const fileAddress = async (...of: string[]) => "https://mcs.example/" + of.join("/");
  const thread = createClosedThread("CH1", { messages: async () => page, fileAddress }, () => {});
  await thread.open(team);
  const { messages } = thread.store.state;
  expect(messages.map(({ body, files }) => [body, files?.length])).toEqual([["manual.pdf\nphoto.jpg", 3], ["Here", 3], ["Message 2", undefined]]);
  expect(messages[1]!.files![2]).toMatchObject({ sid: "ME3", filename: "photo.jpg", contentType: "image/png", size: 5 });
  expect(await messages[1]!.files![2]!.getContentTemporaryUrl()).toBe("https://mcs.example/CH1/IM1/ME3");
});

test("their messages come from the last one on, and say who has written them", async () => {
  const pages: MessagePage[] = [
    { conversation: conversation("CH1"), messages: [message(2, "visitor"), message(3, "jo")], more: true },
    { messages: [message(0, "mallory"), message(1, "me")], more: false },
  ];
  const ask = vi.fn(async (_: string, before?: number) => pages[before === undefined ? 0 : 1]!);
  const told = vi.fn();
  const thread = createClosedThread("CH1", { messages: ask, fileAddress: async () => "" }, told);
  await thread.open(team);
  await thread.open(team);
  const { state } = thread.store;
  expect([state.loaded, state.older, told.mock.calls, state.messages.map(({ body, from }) => [body, from])]).toEqual([true, true, [[conversation("CH1")]], [["Message 2", "visitor"], ["Message 3", "colleague"]]]);
  await Promise.all([thread.older(), thread.older()]);
  expect(ask.mock.calls).toEqual([["CH1", undefined], ["CH1", 2]]);
  expect(thread.store.state.messages.map(({ from, meta, page }) => [from, meta, page])).toEqual([
    ["stranger", undefined, undefined],
    ["me", undefined, undefined],
    ["visitor", { plan: "pro" }, "https://acme.example/"],
    ["colleague", undefined, undefined],
  ]);
});
