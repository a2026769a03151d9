// What real sites have on their pages, in one script: window.libraries. Built once, see global-setup.ts.

import * as Headless from "@headlessui/react";
import MuiDialog from "@mui/material/Dialog";
import * as Radix from "@radix-ui/react-dialog";
import { Modal } from "bootstrap";
import { createFocusTrap } from "focus-trap";
import Lenis from "lenis";
import { createElement, useState } from "react";
import * as Aria from "react-aria-components";
import { createRoot } from "react-dom/client";

const field = createElement("input", { "aria-label": "Name", autoFocus: true });

/** Modal dialogs of libraries for React, with a field. */
const dialogs = {
  Radix() {
    const title = createElement(Radix.Title, {}, "A dialog");
    const content = createElement(Radix.Content, { "aria-describedby": undefined }, title, field);
    return createElement(Radix.Root, { defaultOpen: true }, createElement(Radix.Portal, {}, createElement(Radix.Overlay), content));
  },
  "Headless UI": () => createElement(Stateful, {}, (state) => createElement(Headless.Dialog, state, createElement(Headless.DialogPanel, {}, field))),
  MUI: () => createElement(Stateful, {}, (state) => createElement(MuiDialog, state, field)),
  "React Aria": () => createElement(Aria.Modal, { defaultOpen: true, isDismissable: true }, createElement(Aria.Dialog, { "aria-label": "A dialog" }, field)),
};

/** For those that leave it to the app whether they are open: closes them when they ask for it. */
function Stateful({ children }) {
  const [open, setOpen] = useState(true);
  return children({ open, onClose: () => setOpen(false) });
}

/** Opens the dialog of a library in an element of the page. */
function openDialog(name, element) {
  createRoot(element).render(dialogs[name]());
}

window.libraries = { Modal, createFocusTrap, Lenis, openDialog };
