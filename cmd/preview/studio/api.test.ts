// What the studio makes of the preview's answers.

import { afterEach, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { ApiError, look, open, previewStopped, save, sentence } from "./api";
import { brand } from "./fake-preview";

afterEach(() => void vi.unstubAllGlobals());

function answer(status: number, text: string) {
  const fetch = vi.fn(async () => new Response(text, { status }));
  vi.stubGlobal("fetch", fetch);
  return fetch as unknown as ReturnType<typeof vi.fn<(address: string, init?: RequestInit) => Promise<Response>>>;
}

test("reads by address, and sends what it has changed", async () => {
  const fetch = answer(200, "{}");
  await open("a&b");
  await look("brand", { width: "1px" });
  await save(brand, { width: "1px" });
  expect(fetch.mock.calls.map(([address, init]) => [address, init?.method, init?.body])).toEqual([
    ["/preview.studio/theme?name=a%26b", undefined, undefined],
    ["/preview.studio/look", "POST", '{"theme":"brand","own":{"width":"1px"}}'],
    ["/preview.studio/save", "POST", '{"theme":"brand","version":"1","own":{"width":"1px"}}'],
  ]);
});

test.each<[string, status: number, text: string, fault: object]>([
  ["a refusal with its remedy", 422, '{"message": "no", "hint": "yes"}', { message: "no", hint: "yes" }],
  ["a refusal in plain text", 403, "not from there", { message: "not from there", hint: "" }],
])("%s is an error", async (_, status, text, fault) => {
  answer(status, text);
  await expect(open("brand")).rejects.toMatchObject({ status, fault });
});

test("no answer is a preview that has stopped", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  const error = await open("brand").catch((error) => error);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 0, fault: previewStopped });
});

test("what stands alone is a sentence", () => expect(sentence("use \"350px\"")).toBe('Use "350px".'));
