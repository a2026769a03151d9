// The storage of a stage.

import { beforeEach, expect, test } from "../../../widget/unit/vitest.ts";
import { fakeStorage } from "./fake-storage";

const real = window.localStorage;

beforeEach(() => {
  real.clear();
  Object.defineProperty(window, "localStorage", { value: real, configurable: true, writable: true });
});

test("has what it was given, keeps what it is told, and leaves the real one alone", () => {
  fakeStorage({ a: "1" });
  const { localStorage } = window;
  expect([localStorage.getItem("a"), localStorage.getItem("b")]).toEqual(["1", null]);
  localStorage.setItem("b", "2");
  localStorage.removeItem("a");
  expect([localStorage.getItem("a"), localStorage.getItem("b"), Object.keys(localStorage)]).toEqual([null, "2", ["b"]]);
  expect(real.length).toBe(0);
});
