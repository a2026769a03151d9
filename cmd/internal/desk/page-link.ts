// The page where a visitor has written, as a link.

import { el } from "../../../widget/src/shared/dom";
import { shortAddress } from "./summary";

/** The page comes from the visitor: it learns nothing of the desk, not even that there is one. */
export function pageLink(page: string): HTMLElement {
  return el("a", { class: "page", href: page, target: "_blank", rel: "noopener noreferrer nofollow", title: page }, el("bdi", { dir: "ltr" }, shortAddress(page)));
}
