// What colleagues are called.

import { afterEach, beforeEach, describe, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { createDeskStore, team } from "./fake-desk";
import { asClient, FakeClient, settled } from "./fake-twilio";
import { createPeople } from "./people";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function begin() {
  const store = createDeskStore({ team });
  const people = createPeople(store);
  const connect = () => {
    const client = new FakeClient();
    people.listen(asClient(client));
    return client;
  };
  return { store, people, connect };
}

test("name and picture are those of the configuration, and then nobody is asked", () => {
  const { store, people, connect } = begin();
  const client = connect();
  store.set({ team: { me: "me", agents: [...team.agents, { identity: "ann", name: "Ann Lee", picture: "https://acme.example/ann.jpg" }] } });
  expect([people.nameOf("ann"), people.pictureOf("ann"), people.pictureOf("jo"), people.pictureOf("mallory"), client.askedFor]).toEqual(["Ann Lee", "https://acme.example/ann.jpg", "", "", []]);
});

describe("the name of a colleague for whom none is configured", () => {
  test("is the identity until it is known, and asked for once", async () => {
    const { store, people, connect } = begin();
    const client = connect();
    client.names = { jo: "Jo Miller" };
    expect([people.nameOf("jo"), people.nameOf("jo")]).toEqual(["jo", "jo"]);
    await settled();
    expect([store.state.names, people.nameOf("jo"), client.askedFor]).toEqual([{ jo: "Jo Miller" }, "Jo Miller", ["jo"]]);
  });

  test("stays the identity when it can't be asked for, or is empty", async () => {
    const { people, connect } = begin();
    const client = connect();
    client.names = { sam: "" };
    for (const identity of ["jo", "sam"]) people.nameOf(identity);
    await settled();
    expect([people.nameOf("jo"), people.nameOf("sam")]).toEqual(["jo", "sam"]);
  });

  test("follows a change, but not of those nobody asked for", () => {
    const { store, people, connect } = begin();
    const client = connect();
    people.nameOf("jo");
    for (const identity of ["jo", "sam"]) client.emit("userUpdated", { user: { identity, friendlyName: "New" } });
    expect(store.state.names).toEqual({ jo: "New" });
  });

  test("is asked for again on another client", () => {
    const { people, connect } = begin();
    connect();
    people.nameOf("jo");
    const client = connect();
    people.nameOf("jo");
    expect(client.askedFor).toEqual(["jo"]);
  });
});
