// What the desk asks its server, and what it makes of the answers.

import { afterEach, beforeEach, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { createServer } from "./server";

const fetch = vi.fn<(address: string, init: RequestInit) => Promise<Response>>();
beforeEach(() => void vi.stubGlobal("fetch", fetch.mockReset()));
afterEach(() => void vi.unstubAllGlobals());

const answer = (status: number, body?: object) => new Response(body && JSON.stringify(body), { status });

test.each<[string, ask: (server: ReturnType<typeof createServer>) => Promise<unknown>, address: string, body: object]>([
  ["a token", (server) => server.access(), "token", {}],
  ["what is vouched for", (server) => server.vouched([]), "vouched", { conversations: [] }],
  ["that a conversation is done", (server) => server.setDone("CH1", 7), "done", { conversation: "CH1", index: 7 }],
  ["that it isn't", (server) => server.reopen("CH1"), "reopen", { conversation: "CH1" }],
  ["closed ones", (server) => server.closed("2"), "closed", { before: "2" }],
  ["a file", (server) => server.fileAddress("CH1", "IM1", "ME1"), "file", { conversation: "CH1", message: "IM1", file: "ME1" }],
  ["messages", (server) => server.messages("CH1", 20), "messages", { conversation: "CH1", before: 20 }],
])("asks for %s beside the page", async (_, ask, address, body) => {
  fetch.mockResolvedValue(answer(200, {}));
  await ask(createServer(() => {}));
  const [asked, { method, body: sent }] = fetch.mock.lastCall!;
  expect([asked, method, JSON.parse(sent as string)]).toEqual([address, "POST", body]);
});

test.each<[status: number, body: object | undefined, message: string]>([
  [409, { code: "newer-message", message: "The visitor has written meanwhile." }, "The visitor has written meanwhile."],
  [502, undefined, "The desk’s server answers 502."],
  [500, { message: { no: "text" } }, "The desk’s server answers 500."],
])("a refusal with %d is told in the server's words, if it has some", async (status, body, message) => {
  fetch.mockResolvedValue(answer(status, body));
  await expect(createServer(() => {}).setDone("CH1", 1)).rejects.toThrow(message);
});

test("a server that can't be reached is told in plain words, and what was given up fails as that", async () => {
  fetch.mockRejectedValue(new TypeError("Failed to fetch"));
  await expect(createServer(() => {}).reopen("CH1")).rejects.toThrow("The desk’s server can’t be reached. Try again.");
  await expect(createServer(() => {}).access(AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
});

test("who isn't signed in any more gets no answer, and that is told", async () => {
  fetch.mockResolvedValue(answer(401, { code: "signed-out", message: "Nobody is signed in." }));
  const signedOut = vi.fn();
  const settled = vi.fn();
  createServer(signedOut).access().then(settled, settled);
  await vi.waitFor(() => expect(signedOut).toHaveBeenCalledOnce());
  expect(settled).not.toHaveBeenCalled();
});
