// A stage of the preview: the widget in one of its states, in any theme, for designers. Launcher and window are the real ones.
// This file is there twice: as the page's own script it sets the page up, and in place of the connection's file it plays
// the conversation. See page.html.tmpl.

import type { App, StartConnection } from "../../../widget/src/shared/app";
import type { Config } from "../../../widget/src/shared/generated";
import { tellNews } from "../../../widget/src/connection/news";
import { currentScript } from "../../../widget/src/launcher/scripts";
import { type Chat, paintOn, type Variables } from "./paint";
import { shadowStorage } from "./fake-storage";
import { talk, texts } from "./texts";

interface Play {
  /** Whether the window is open. */
  open: boolean;
  /** What the connection brings. */
  change?: Parameters<App["store"]["set"]>[0];
  /** The visitor has not said who they are, and tries to leave it at that. */
  stranger?: boolean;
}

const page = document.documentElement;
const { state, scheme, theme, long } = page.dataset as Record<string, string>;
const said = texts[page.dir as "ltr" | "rtl"][long ? "long" : "short"];
const plays: Record<string, Play> = {
  button: { open: false },
  badge: { open: false, change: { messages: talk(said.news.map((body) => ({ body }))) } },
  opening: { open: true },
  form: { open: true, stranger: true },
  conversation: { open: true, change: { messages: talk(said.talk, true), seen: said.talk.length } },
  typing: { open: true, change: { messages: talk(said.talk, true), typing: true } },
  failed: { open: true, change: { messages: [...talk(said.talk, true), ...talk([{ own: true, body: said.unsent }]).map((m) => ({ ...m, state: "failed" as const }))] } },
  offline: { open: true, change: { online: false, failed: true } },
};
const play = plays[state!]!;
const stage = window as unknown as { MissiveChat?: Chat & { open(): void }; MissiveChatConfig: object };
/** By these events of the window the two copies of this file know of each other: the chat has opened, its state shows. */
const opened = "stage-opened";
const shown = "stage-shown";

function setUp(id: string): void {
  // Who has a conversation is connected by itself.
  const visitor = play.stranger ? undefined : { ...said.visitor, consent: true };
  shadowStorage({ ["missive-chat:" + id]: JSON.stringify({ session: "stage", visitor }) });
  // The stage opens the chat, not its visitor: the focus stays in the frame, or the page, where it is.
  const { focus } = HTMLElement.prototype;
  HTMLElement.prototype.focus = () => {};
  addEventListener(shown, () => (HTMLElement.prototype.focus = focus));
  const paint = paintOn(() => stage.MissiveChat);
  const chat = { scheme, hidden: false, hideWhenOffline: false, rememberOpenState: false, sound: false, flashTitle: false };
  stage.MissiveChatConfig = {
    chat: { ...chat, ...(said.name && { name: said.name }) },
    messages: said.messages,
    ...(play.stranger && { visitor: { askName: true, requireName: true, askEmail: true, requireEmail: true, requireConsent: true } }),
    onReady: () => paint(),
    onOpen: () => dispatchEvent(new Event(opened)),
  };
  addEventListener("message", ({ origin, data }: MessageEvent<{ variables?: Variables }>) => {
    if (origin == location.origin && data?.variables) paint(data.variables);
  });
  if (parent == window) follow(paint);
}

/** On its own the stage hears of saves from the preview; in a frame its page does, as a browser has few connections for all of them. */
function follow(paint: (variables: Variables) => void): void {
  new EventSource("/preview.events?" + new URLSearchParams({ theme: theme! })).onmessage = ({ data }) => {
    const { build, variables } = JSON.parse(data);
    if (build != page.dataset.build) location.reload();
    else if (variables) paint(variables);
  };
}

function start(...[app, config, visitor]: Parameters<StartConnection>): ReturnType<StartConnection> {
  tellNews(app, visitor, () => {});
  app.store.set({ connecting: false, online: true, ...play.change });
  if (play.open) {
    addEventListener(opened, () => show(app, config), { once: true });
    stage.MissiveChat!.open();
  } else show(app, config);
  return { retry() {}, typing() {}, older() {} };
}

/** Says that the state shows, once nothing moves any more. */
async function show({ root }: App, { chat }: Config): Promise<void> {
  if (play.stranger) {
    // An address that is none, and nothing else.
    root.querySelector<HTMLInputElement>("[name=email]")!.value = said.visitor.email.split("@")[0]!;
    root.querySelector<HTMLElement>(".submit")!.click();
  }
  const avatar = Object.assign(new Image(), { src: chat.avatarUrl });
  if (chat.avatarUrl) await avatar.decode().catch(() => {});
  await Promise.allSettled((root.getRootNode() as ShadowRoot).getAnimations().map(({ finished }) => finished));
  dispatchEvent(new Event(shown));
  page.dataset.ready = "";
  parent.postMessage({ ready: true }, location.origin);
}

const script = currentScript()!;
if (script.hand) script.hand(([handOver]) => handOver(start));
else setUp(script.dataset.account!);
