// The clients of Twilio's SDK that a visitor gets: with which token, for where, and what happens when something can't be had.

import { beforeEach, describe, expect, test, vi } from "vitest";
import { createMemory } from "../src/window/storage";
import { createApp, createConfig, jane } from "./fake-app";

const mocks = vi.hoisted(() => ({ requestToken: vi.fn(), loadSdk: vi.fn() }));
vi.mock("../src/connection/load-sdk", () => ({ loadSdk: mocks.loadSdk }));
vi.mock("../src/connection/token", () => ({ requestToken: mocks.requestToken }));
// Not what another file's mocks have made of it, in the same process.
vi.resetModules();
const { createClients } = await import("../src/connection/client");

/** What each client was made with. */
let made: unknown[][];
const sdk = {
  Client: function (...given: unknown[]) {
    made.push(given);
  },
};
let count: number;
const { signal } = new AbortController();

beforeEach(() => {
  made = [];
  count = 0;
  mocks.loadSdk.mockReset().mockResolvedValue(sdk);
  mocks.requestToken.mockReset().mockImplementation(async () => ({ token: "token " + ++count, identity: "visitor " + count, conversation: "CH" + count, session: "s" }));
});

const create = (region = "us1") => createClients(createApp(), createConfig({ connection: { region } as never }), jane, createMemory("acme"));

describe("a client", () => {
  test("is for the account's region", async () => {
    await create("ie1").connect(signal);
    expect(made).toEqual([["token 1", { region: "ie1" }]]);
  });

  test("is for the socket that the token endpoint names, as the preview does", async () => {
    mocks.requestToken.mockResolvedValue({ token: "token", identity: "visitor", conversation: "CH1", session: "s", socket: "wss://preview.example/socket" });
    await create("ie1").connect(signal);
    expect(made).toEqual([["token", { Twilsock: { uri: "wss://preview.example/socket" } }]]);
  });

  test("has a new token each time, of an SDK that is loaded once", async () => {
    const clients = create();
    await clients.connect(signal);
    await clients.connect(signal);
    expect(made.map(([token]) => token)).toEqual(["token 1", "token 2"]);
    expect(mocks.loadSdk).toHaveBeenCalledOnce();
  });

  test("waits for token and SDK at a time", () => {
    mocks.requestToken.mockReturnValue(new Promise(() => {}));
    void create().connect(signal);
    expect(mocks.loadSdk).toHaveBeenCalledOnce();
  });

  test("that can't be had for want of the SDK can be had when that comes at last", async () => {
    const clients = create();
    mocks.loadSdk.mockRejectedValueOnce(Error("offline"));
    await expect(clients.connect(signal)).rejects.toThrow("offline");
    await clients.connect(signal);
    expect([made.length, mocks.loadSdk.mock.calls.length]).toEqual([1, 2]);
  });

  test("is not made without a token", async () => {
    mocks.requestToken.mockRejectedValue(Error("no"));
    await expect(create().connect(signal)).rejects.toThrow("no");
    expect(made).toEqual([]);
  });
});

test("what is granted is what came with the last client, whatever comes with tokens for it, or not at all", async () => {
  const clients = create();
  await clients.connect(signal);
  await clients.connect(signal);
  expect(await clients.getToken(signal)).toBe("token 3");
  mocks.requestToken.mockRejectedValueOnce(Error("no"));
  await expect(clients.connect(signal)).rejects.toThrow("no");
  expect(clients.granted).toMatchObject({ identity: "visitor 2", conversation: "CH2" });
});

test("who asks for a token can stop asking", async () => {
  const clients = create();
  await clients.connect(signal);
  await clients.getToken(signal);
  expect(mocks.requestToken.mock.calls.map((given) => given.at(-1))).toEqual([signal, signal]);
});
