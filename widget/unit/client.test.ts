// The clients of Twilio's SDK that a visitor gets: with which token, for where, and what happens when the SDK can't be had.

import { beforeEach, describe, expect, test, vi } from "vitest";
import { createApp, createConfig } from "./fake-app";

const mocks = vi.hoisted(() => ({ loadSdk: vi.fn() }));
vi.mock("../src/connection/load-sdk", () => ({ loadSdk: mocks.loadSdk }));
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
const granted = { token: "token", identity: "visitor", conversation: "CH1", session: "s" };

beforeEach(() => {
  made = [];
  mocks.loadSdk.mockReset().mockResolvedValue(sdk);
});

const create = (region = "us1") => createClients(createApp(), createConfig({ connection: { region } as never }));

describe("a client", () => {
  test("is for the account's region", async () => {
    await create("ie1").make(granted);
    expect(made).toEqual([["token", { region: "ie1" }]]);
  });

  test("is for the socket that the token endpoint names, as the preview does", async () => {
    await create("ie1").make({ ...granted, socket: "wss://preview.example/socket" });
    expect(made).toEqual([["token", { Twilsock: { uri: "wss://preview.example/socket" } }]]);
  });

  test("is of an SDK that is loaded once, and can be loaded before", async () => {
    const clients = create();
    clients.load();
    expect(mocks.loadSdk).toHaveBeenCalledOnce();
    await clients.make(granted);
    await clients.make({ ...granted, token: "next" });
    expect(made.map(([token]) => token)).toEqual(["token", "next"]);
    expect(mocks.loadSdk).toHaveBeenCalledOnce();
  });

  test("that can't be had for want of the SDK can be had when that comes at last", async () => {
    const clients = create();
    mocks.loadSdk.mockRejectedValueOnce(Error("offline"));
    await expect(clients.make(granted)).rejects.toThrow("offline");
    await clients.make(granted);
    expect([made.length, mocks.loadSdk.mock.calls.length]).toEqual([1, 2]);
  });
});
