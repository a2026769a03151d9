// In which order conversations are read.

import { expect, test } from "../../../widget/unit/vitest.ts";
import { createReading } from "./reading";

function begin() {
  const began: number[] = [];
  const ends: (() => void)[] = [];
  const reading = createReading<number>((item) => {
    began.push(item);
    return new Promise((resolve) => ends.push(resolve));
  });
  const endOne = async () => {
    ends.shift()!();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { began, reading, endOne };
}

test("four at a time, and those in view before all others, each once", async () => {
  const { began, reading, endOne } = begin();
  for (let i = 0; i < 8; i++) reading.later(i);
  reading.soon(7);
  reading.soon(6);
  reading.later(6);
  expect(began).toEqual([0, 1, 2, 3]);
  for (let i = 0; i < 4; i++) await endOne();
  expect(began).toEqual([0, 1, 2, 3, 7, 6, 4, 5]);
});

test("what is left is given up when that is told", async () => {
  const { began, reading, endOne } = begin();
  for (let i = 0; i < 8; i++) reading.later(i);
  reading.soon(9);
  reading.stop();
  await endOne();
  expect(began).toEqual([0, 1, 2, 3]);
});
