// The right half of the studio: the chat in each of its states, each in a frame of its own.

import { attribute, el } from "../../../widget/src/shared/dom";
import type { Look } from "./api";

/** How the states are shown. */
export interface View {
  scheme: "both" | "light" | "dark";
  device: "phone" | "desktop";
  size: "small" | "medium" | "full";
  rtl: boolean;
  long: boolean;
}

export interface Stages {
  /** Makes the frames anew, for a view and a theme. Another theme needs no new frames: its variables are painted over. */
  show(view: View, theme: string): void;
  /** Sends style variables to all frames. */
  paint(variables: Look["variables"]): void;
  /** Loads the frames again, as the widget has changed. */
  reload(): void;
}

/** The screens in pixels, and the least width at which each is shown. */
const screens = {
  phone: { width: 390, height: 740, small: 180, medium: 270, full: 390 },
  desktop: { width: 800, height: 680, small: 290, medium: 440, full: 800 },
};
/** Between the stages, in pixels, as in page.css. */
const gap = 24;
/** The states with a closed chat need half a screen: both together take the place of one. */
const closedStates = ["button", "badge"];

export function createStages(container: HTMLElement, states: string[]): Stages {
  let variables: Look["variables"] | undefined;
  let view: View | undefined;
  const frames = () => container.querySelectorAll("iframe");
  // Frames with loading="lazy" load from far away: too many for the start.
  const lazy = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        const frame = target as HTMLIFrameElement;
        frame.src = frame.dataset.src!;
        lazy.unobserve(frame);
      }
    },
    { root: container, rootMargin: "200px" },
  );
  const send = (frame: HTMLIFrameElement) => variables && frame.contentWindow?.postMessage({ variables }, location.origin);

  function createStage(state: string, scheme: string, theme: string): HTMLElement {
    const iframe = el("iframe", { title: `${state}, ${scheme}`, "data-src": stageAddress(state, scheme, theme, view!) });
    iframe.addEventListener("load", () => send(iframe));
    lazy.observe(iframe);
    return el("figure", {}, el("div", { class: "screen " + scheme }, iframe), el("figcaption", {}, state));
  }

  function createSection(scheme: string, theme: string): HTMLElement {
    const create = (some: string[]) => some.map((state) => createStage(state, scheme, theme));
    const stack = el("div", { class: "stack" }, ...create(states.filter((state) => closedStates.includes(state))));
    const rest = create(states.filter((state) => !closedStates.includes(state)));
    const title = scheme == "dark" ? "Dark" : "Light";
    return el("section", { "aria-label": title }, el("h2", {}, title), el("div", { class: "grid" }, stack, ...rest));
  }

  function fit(): void {
    if (!view) return;
    const { width, height } = screens[view.device];
    container.style.setProperty("--scale", "" + stageScale(view, container.clientWidth));
    container.style.setProperty("--width", width + "px");
    container.style.setProperty("--height", height + "px");
  }

  new ResizeObserver(fit).observe(container);
  // A stage says when it shows: what was sent before that may have come too early.
  addEventListener("message", ({ origin, source, data }: MessageEvent<{ ready?: boolean }>) => {
    if (origin != location.origin || !data?.ready) return;
    const sender = [...frames()].find(({ contentWindow }) => contentWindow == source);
    if (!sender) return;
    attribute(sender, "data-ready", true);
    send(sender);
  });

  return {
    show(next, theme) {
      view = next;
      fit();
      lazy.disconnect();
      container.replaceChildren(...(next.scheme == "both" ? ["light", "dark"] : [next.scheme]).map((scheme) => createSection(scheme, theme)));
      container.scrollTop = 0;
    },
    paint(next) {
      variables = next;
      frames().forEach(send);
    },
    // Not by its location: a frame that could not be loaded shows an error page, which is of another origin.
    reload: () => frames().forEach((frame) => frame.src && (frame.src = frame.src)),
  };
}

export function stageAddress(state: string, scheme: string, theme: string, { rtl, long }: Pick<View, "rtl" | "long">): string {
  return "/stage/?" + new URLSearchParams({ theme, state, scheme, dir: rtl ? "rtl" : "ltr", ...(long && { long: "1" }) });
}

/** How small the screens are drawn so that they fill a row of so many pixels: as many as find room, and never larger than they are. */
export function stageScale({ device, size }: Pick<View, "device" | "size">, space: number): number {
  const { width, [size]: least } = screens[device];
  const row = space - 2 * gap;
  const columns = Math.max(1, Math.floor((row + gap) / (least + gap)));
  return Math.min(1, ((row + gap) / columns - gap) / width);
}
