// The team, as a visitor sees it: who they are, whether somebody is there, what they have read, and who types.

import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import { createParticipants } from "../src/connection/participants";
import type { Message } from "../src/shared/types";
import { createApp } from "./fake-app";
import { FakeClient } from "./fake-client";

class FakeUser extends EventEmitter {
  friendlyName: string | null = null;
  attributes: object = {};
  isOnline: boolean | null = null;

  change(change: Partial<Pick<FakeUser, "friendlyName" | "attributes" | "isOnline">>): void {
    Object.assign(this, change);
    this.emit("updated");
  }
}

interface Participant {
  identity: string | null;
  lastReadMessageIndex: number | null;
  getUser(): Promise<FakeUser>;
}

/** A conversation with somebody in it, and what happens there. */
class FakeTeam extends EventEmitter {
  readonly users: Record<string, FakeUser> = {};
  private readonly participants: Participant[] = [];

  /** Somebody who is there from the start. */
  with(identity: string | null, read: number | null = null, user: Partial<FakeUser> = {}): this {
    const mine = Object.assign(new FakeUser(), user);
    if (identity) this.users[identity] = mine;
    this.participants.push({ identity, lastReadMessageIndex: read, getUser: async () => mine });
    return this;
  }

  withUnknown(identity: string, read: number): this {
    this.participants.push({ identity, lastReadMessageIndex: read, getUser: () => Promise.reject(Error("no such user")) });
    return this;
  }

  async getParticipants(): Promise<Participant[]> {
    return [...this.participants];
  }

  join(identity: string, user: Partial<FakeUser> = {}): void {
    this.with(identity, null, user);
    this.emit("participantJoined", this.participants.at(-1));
  }

  leave(identity: string): void {
    this.emit("participantLeft", { identity });
  }

  read(identity: string, lastReadMessageIndex: number | null): void {
    this.emit("participantUpdated", { participant: { identity, lastReadMessageIndex } });
  }

  type(identity: string, begins = true): void {
    this.emit(begins ? "typingStarted" : "typingEnded", { identity });
  }
}

async function open(team: FakeTeam, more: { client?: FakeClient; participants?: ReturnType<typeof createParticipants>; app?: ReturnType<typeof createApp> } = {}) {
  const { client = new FakeClient(), app = createApp() } = more;
  const participants = more.participants ?? createParticipants(app.store);
  await participants.open(client.real, team as never, "visitor");
  return { app, client, participants, state: () => app.store.state };
}

const settled = () => new Promise<void>((resolve) => setTimeout(resolve));

describe("of an author", () => {
  test.each<[what: string, user: Partial<FakeUser>, known: object]>([
    ["name and picture are known", { friendlyName: "Ada", attributes: { avatarUrl: "https://site.example/ada.png" } }, { name: "Ada", avatarUrl: "https://site.example/ada.png" }],
    ["a name alone", { friendlyName: "Ada" }, { name: "Ada" }],
    ["no name where there is none", { friendlyName: "" }, {}],
    ["a picture that is in the address itself", { attributes: { avatarUrl: "data:image/png;base64,AAAA" } }, { avatarUrl: "data:image/png;base64,AAAA" }],
    ...["http://site.example/ada.png", "javascript:alert(1)", "data:text/html,x", "//site.example/ada.png", " https://site.example/ada.png"].map(
      (avatarUrl): [string, Partial<FakeUser>, object] => ["no picture by " + avatarUrl, { attributes: { avatarUrl } }, {}],
    ),
    ["nothing of attributes that are null", { attributes: null! }, {}],
    ["no picture that is no address", { attributes: { avatarUrl: { url: "https://site.example/ada.png" } } }, {}],
  ])("%s", async (_, user, known) => {
    const { participants } = await open(new FakeTeam().with("agent", null, user));
    expect(participants.of("agent")).toEqual({ name: undefined, avatarUrl: undefined, ...known });
  });

  test("who is not in the conversation nothing is known", async () => {
    const { participants } = await open(new FakeTeam());
    expect(participants.of("agent")).toEqual({});
  });

  test("who has left, what was known still is", async () => {
    const team = new FakeTeam().with("agent", null, { friendlyName: "Ada" });
    const { participants } = await open(team);
    team.leave("agent");
    expect(participants.of("agent").name).toBe("Ada");
  });

  test("who changes their name, the new one is known", async () => {
    const team = new FakeTeam().with("agent", null, { friendlyName: "Ada" });
    const { participants } = await open(team);
    team.users.agent!.change({ friendlyName: "Ada L." });
    expect(participants.of("agent").name).toBe("Ada L.");
  });

  test("who changes name and picture, earlier messages have the new ones, and others stay as they are", async () => {
    const team = new FakeTeam().with("ada", null, { friendlyName: "Ada" }).with("bob", null, { friendlyName: "Bob" });
    const line = (id: string, author: string): Message => ({ id, body: id, own: false, time: 0, author, name: author });
    const app = createApp({ messages: [line("1", "ada"), line("2", "bob"), { id: "3", body: "3", own: true, time: 0 }] });
    await open(team, { app });
    const [, bobs, own] = app.store.state.messages;
    team.users.ada!.change({ friendlyName: "Ada L.", attributes: { avatarUrl: "https://site.example/ada.png" } });
    const { messages } = app.store.state;
    expect(messages[0]).toMatchObject({ name: "Ada L.", avatarUrl: "https://site.example/ada.png" });
    expect([messages[1] == bobs, messages[2] == own]).toEqual([true, true]);
  });

  test("who joins later, all of it is known", async () => {
    const team = new FakeTeam();
    const { participants } = await open(team);
    team.join("agent", { friendlyName: "Ada" });
    await settled();
    expect(participants.of("agent").name).toBe("Ada");
  });
});

describe("the team is online", () => {
  test.each<[what: string, online: Record<string, boolean | null>, is: boolean]>([
    ["when somebody is", { ada: false, bob: true }, true],
    ["not when nobody is", { ada: false, bob: false }, false],
    ["not when nobody says so", { ada: null }, false],
    ["not by the visitor being there", { visitor: true, ada: false }, false],
    ["not when there is nobody", {}, false],
  ])("%s", async (_, online, is) => {
    const team = new FakeTeam();
    for (const [identity, isOnline] of Object.entries(online)) team.with(identity, null, { isOnline });
    const { state } = await open(team);
    expect(state().online).toBe(is);
  });

  test("as long as somebody is", async () => {
    const team = new FakeTeam().with("ada", null, { isOnline: true }).with("bob", null, { isOnline: true });
    const { state } = await open(team);
    const seen = [state().online];
    team.users.ada!.change({ isOnline: false });
    seen.push(state().online);
    team.users.bob!.change({ isOnline: false });
    seen.push(state().online);
    team.users.ada!.change({ isOnline: true });
    seen.push(state().online);
    team.leave("ada");
    seen.push(state().online);
    team.join("eve", { isOnline: true });
    await settled();
    seen.push(state().online);
    expect(seen).toEqual([true, true, false, true, false, true]);
  });

  test("or not, nobody can tell where the service does not: what is known stays", async () => {
    const client = new FakeClient();
    client.reachabilityEnabled = false;
    const { state } = await open(new FakeTeam().with("ada", null, { isOnline: false }), { client, app: createApp({ online: true }) });
    expect(state().online).toBe(true);
  });
});

describe("what the team has seen", () => {
  test.each<[what: string, read: Record<string, number | null>, seen: number]>([
    ["is what one of them has", { ada: 3, bob: 7 }, 7],
    ["is nothing when nobody has", { ada: null }, -1],
    ["is nothing when there is nobody", {}, -1],
    ["is not what the visitor has", { visitor: 9, ada: 3 }, 3],
  ])("%s", async (_, read, seen) => {
    const team = new FakeTeam();
    for (const [identity, index] of Object.entries(read)) team.with(identity, index);
    const { state } = await open(team);
    expect(state().seen).toBe(seen);
  });

  test("changes as they read, but not as the visitor does", async () => {
    const team = new FakeTeam().with("visitor", 0).with("ada", 0);
    const { state } = await open(team);
    team.read("ada", 4);
    team.read("visitor", 9);
    expect(state().seen).toBe(4);
    team.read("ada", null);
    expect(state().seen).toBe(-1);
  });

  test("is known of one of whom nothing else is", async () => {
    const { state, participants } = await open(new FakeTeam().withUnknown("ada", 5).with("bob", 3, { isOnline: true }));
    expect([state().seen, state().online, participants.of("ada")]).toEqual([5, true, {}]);
  });

  test("goes with who leaves", async () => {
    const team = new FakeTeam().with("ada", 5).with("bob", 3);
    const { state } = await open(team);
    team.leave("ada");
    expect(state().seen).toBe(3);
  });

  test("is not told by somebody without an identity, on a phone say", async () => {
    const { state } = await open(new FakeTeam().with(null, 5));
    expect(state().seen).toBe(-1);
  });
});

describe("somebody types", () => {
  test.each<[what: string, events: (team: FakeTeam) => void, typing: boolean]>([
    ["once they have begun", (team) => team.type("ada"), true],
    ["until they end", (team) => (team.type("ada"), team.type("ada", false)), false],
    ["as long as one of two does", (team) => (team.type("ada"), team.type("bob"), team.type("ada", false)), true],
    ["not when it is the visitor", (team) => team.type("visitor"), false],
    ["not any more when they leave", (team) => (team.type("ada"), team.leave("ada")), false],
  ])("%s", async (_, events, typing) => {
    const team = new FakeTeam().with("visitor").with("ada").with("bob");
    const { state } = await open(team);
    events(team);
    expect(state().typing).toBe(typing);
  });
});

describe("a conversation that is over", () => {
  const happens = async (team: FakeTeam) => {
    team.type("ada", false);
    team.read("ada", 9);
    team.users.ada!.change({ isOnline: true });
    team.leave("ada");
    team.join("eve", { isOnline: true });
    await settled();
  };

  test("by a new client tells nothing any more", async () => {
    const [old, now] = [new FakeTeam().with("ada", 5), new FakeTeam().with("ada", 6)];
    const first = await open(old);
    const { state } = await open(now, first);
    now.type("ada");
    const before = state();
    await happens(old);
    expect(state()).toBe(before);
    now.read("ada", 7);
    expect(state().seen).toBe(7);
  });

  test("by another visitor tells nothing any more", async () => {
    const team = new FakeTeam().with("ada", 5);
    const { participants, state } = await open(team);
    participants.close();
    const before = state();
    await happens(team);
    expect(state()).toBe(before);
  });
});

test("what is told is as equal as it can be: who hears it again is not told again", async () => {
  const team = new FakeTeam().with("ada", 5, { isOnline: true });
  const { app } = await open(team);
  let calls = -1;
  app.store.watch(["online", "seen", "typing"], () => calls++);
  team.read("ada", 5);
  team.users.ada!.change({ isOnline: true });
  team.type("bob", false);
  expect(calls).toBe(0);
});
