// A stage of the preview: the widget in one of its states, in any theme, for designers. Launcher and window are the real ones.
// The file runs twice on a page: as the script of page.html.tmpl it prepares the page, and in place of the connection's file it brings
// the state that is to be shown.

import type { App, StartConnection } from "../../../widget/src/shared/app";
import type { Config } from "../../../widget/src/shared/generated";
import { tellNews } from "../../../widget/src/connection/news";
import { script } from "../../../widget/src/launcher/scripts";
import { storagePrefix } from "../../../widget/src/shared/storage-key";
import { fakeStorage } from "./fake-storage";
import { type Chat, createPainter, type Variables } from "./paint";
import { texts, toMessages } from "./texts";

interface Scenario {
  /** Whether the window is open. */
  open: boolean;
  /** What the connection sets in the chat's state. */
  change?: Parameters<App["store"]["set"]>[0];
  /** The visitor is asked who they are, and has submitted the form with mistakes. */
  identify?: boolean;
}

const page = document.documentElement;
const { state, scheme, theme, long } = page.dataset as Record<string, string>;
const text = texts[page.dir as "ltr" | "rtl"][long ? "long" : "short"];
const past = toMessages(text.conversation, true);
const failed = toMessages([{ own: true, body: text.failed }]).map((message) => ({ ...message, state: "failed" as const }));
const scenarios: Record<string, Scenario> = {
  button: { open: false },
  badge: { open: false, change: { messages: toMessages(text.unread.map((body) => ({ body }))) } },
  opening: { open: true },
  form: { open: true, identify: true },
  conversation: { open: true, change: { messages: past, seen: past.length } },
  typing: { open: true, change: { messages: past, typing: true } },
  failed: { open: true, change: { messages: [...past, ...failed] } },
  offline: { open: true, change: { online: false, failed: true } },
};
const scenario = scenarios[state!]!;
const stage = window as unknown as { MissiveChat?: Chat & { open(): void }; MissiveChatConfig: object };
/** Events of the window, as the two runs of this file share no variables: the chat has opened, the state shows. */
const opened = "stage-opened";
const shown = "stage-shown";

function preparePage(id: string): void {
  // With a session in storage the chat connects by itself.
  const visitor = scenario.identify ? undefined : { ...text.visitor, consent: true };
  fakeStorage({ [storagePrefix + id]: JSON.stringify({ session: "stage", visitor }) });
  // Opened by nobody, the chat must not take the focus from the frame or page that has it.
  const { focus } = HTMLElement.prototype;
  HTMLElement.prototype.focus = () => {};
  // What is modal takes it by itself.
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  addEventListener(shown, () => (HTMLElement.prototype.focus = focus));
  const paint = createPainter(() => stage.MissiveChat);
  const chat = { scheme, hidden: false, hideWhenOffline: false, rememberOpenState: false, sound: false, flashTitle: false };
  stage.MissiveChatConfig = {
    chat: { ...chat, ...(text.name && { name: text.name }) },
    messages: text.messages,
    ...(scenario.identify && { visitor: { askName: true, requireName: true, askEmail: true, requireEmail: true, requireConsent: true } }),
    onReady: () => paint(),
    onOpen: () => dispatchEvent(new Event(opened)),
  };
  addEventListener("message", ({ origin, data }: MessageEvent<{ variables?: Variables }>) => {
    if (origin == location.origin && data?.variables) paint(data.variables);
  });
  if (parent == window) followSaves(paint);
}

/** For a stage in a window of its own. In a frame the page around it does that, as browsers open few connections to one server. */
function followSaves(paint: (variables: Variables) => void): void {
  new EventSource("/preview.events?" + new URLSearchParams({ theme: theme! })).onmessage = ({ data }) => {
    const { build, variables } = JSON.parse(data);
    if (build != page.dataset.build) location.reload();
    else if (variables) paint(variables);
  };
}

function start(...[app, config, visitor]: Parameters<StartConnection>): ReturnType<StartConnection> {
  tellNews(app, visitor, () => {});
  app.store.set({ connecting: false, online: true, ...scenario.change });
  if (scenario.open) {
    addEventListener(opened, () => show(app, config), { once: true });
    stage.MissiveChat!.open();
  } else show(app, config);
  return { retry() {}, typing() {}, older() {} };
}

/** Tells that the state shows, once all pictures are there and nothing moves any more. */
async function show({ root }: App, { chat }: Config): Promise<void> {
  if (scenario.identify) {
    // No name, no consent, and an address that is none: each field has its fault.
    root.querySelector<HTMLInputElement>("[name=email]")!.value = text.visitor.email.split("@")[0]!;
    root.querySelector<HTMLElement>(".submit")!.click();
  }
  const avatar = Object.assign(new Image(), { src: chat.avatarUrl });
  if (chat.avatarUrl) await avatar.decode().catch(() => {});
  await Promise.allSettled((root.getRootNode() as ShadowRoot).getAnimations().map(({ finished }) => finished));
  dispatchEvent(new Event(shown));
  page.dataset.ready = "";
  parent.postMessage({ ready: true }, location.origin);
}

if (script?.hand) script.hand(([handOver]) => handOver(start));
else preparePage(script!.dataset.account!);
