// The dialog that asks for the name of a new theme.

import { beforeEach, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { ApiError, type Opened } from "./api";
import { loadPage } from "./fake-page";
import { theme } from "./fake-preview";
import { askName } from "./name-dialog";

beforeEach(loadPage);

const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const dialog = () => find<HTMLDialogElement>("create");
function enter(text: string): void {
  find<HTMLInputElement>("name").value = text;
  find("name").dispatchEvent(new Event("input"));
}
async function submit(): Promise<void> {
  dialog().querySelector("form")!.dispatchEvent(new Event("submit", { cancelable: true }));
  await new Promise<void>(queueMicrotask);
  await Promise.resolve();
}

test("says what is made, and where, while the name is written", async () => {
  const create = vi.fn(async (name: string) => theme(name));
  const asked = askName("brand", "../themes", create);
  expect([dialog().open, find("parent").textContent, find("file").textContent]).toEqual([true, "brand", "../themes/….toml"]);
  enter("spring ");
  expect(find("file").textContent).toBe("../themes/spring .toml");
  await submit();
  expect(create.mock.calls).toEqual([["spring"]]);
  expect((await asked)!.name).toBe("spring");
  expect(dialog().open).toBe(false);
});

test("a name that is refused is asked for again, with the reason until it is changed", async () => {
  const create = vi.fn<(name: string) => Promise<Opened>>();
  create.mockRejectedValueOnce(new ApiError(422, { message: 'there is a theme "paper" already', hint: "use another name" }));
  create.mockResolvedValueOnce(theme("spring"));
  const asked = askName("brand", "themes", create);
  enter("paper");
  await submit();
  const state = () => [dialog().open, find("name-fault").textContent, find("name").getAttribute("aria-invalid"), document.activeElement == find("name")];
  expect(state()).toEqual([true, 'There is a theme "paper" already. Use another name.', "true", true]);
  enter("spring");
  expect(state().slice(1, 3)).toEqual(["", null]);
  await submit();
  expect((await asked)!.name).toBe("spring");
});

test("cancelled, it creates nothing, and the next time it begins anew", async () => {
  const create = vi.fn<(name: string) => Promise<Opened>>();
  const asked = askName("brand", "themes", create);
  enter("spring");
  find("cancel").click();
  expect(await asked).toBeUndefined();
  const again = askName("brand", "themes", async (name) => theme(name));
  expect(find<HTMLInputElement>("name").value).toBe("");
  enter("summer");
  await submit();
  expect((await again)!.name).toBe("summer");
  expect(create).not.toHaveBeenCalled();
});
