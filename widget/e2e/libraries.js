// What real sites have on their pages, in one script: window.libraries. Built once, see global-setup.ts.

import * as Dialog from "@radix-ui/react-dialog";
import { Modal } from "bootstrap";
import { createFocusTrap } from "focus-trap";
import Lenis from "lenis";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

/** Opens Radix's modal dialog in an element of the page. */
function openRadix(element) {
  const field = createElement("input", { "aria-label": "Name" });
  const title = createElement(Dialog.Title, {}, "A dialog");
  const content = createElement(Dialog.Content, { "aria-describedby": undefined }, title, field);
  createRoot(element).render(createElement(Dialog.Root, { defaultOpen: true }, createElement(Dialog.Portal, {}, createElement(Dialog.Overlay), content)));
}

window.libraries = { Modal, createFocusTrap, Lenis, openRadix };
