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
  /** Lays the stages out. Those of a theme that is painted over need not be of the same one. */
  show(view: View, theme: string): void;
  paint(variables: Look["variables"]): void;
  /** The widget is another one. */
  reload(): void;
}

/** The screens in pixels, and how wide each is at least shown. */
const screens = {
  phone: { width: 390, height: 740, small: 180, medium: 270, full: 390 },
  desktop: { width: 800, height: 680, small: 290, medium: 440, full: 800 },
};
const gap = 24;
/** States with a closed chat need half a screen: two of them stand one above the other. */
const low = ["button", "badge"];

/** Shows each state in a frame of its own, which loads when it comes into view. */
export function createStages(place: HTMLElement, states: string[]): Stages {
  let variables: Look["variables"] | undefined;
  let view: View | undefined;
  const frames = () => place.querySelectorAll("iframe");
  /** Browsers load lazy frames from far away: too many for a start. */
  const coming = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        const frame = target as HTMLIFrameElement;
        frame.src = frame.dataset.src!;
        coming.unobserve(frame);
      }
    },
    { root: place, rootMargin: "200px" },
  );
  const send = (frame: HTMLIFrameElement) => variables && frame.contentWindow?.postMessage({ variables }, location.origin);

  function frame(state: string, scheme: string, theme: string): HTMLElement {
    const { rtl, long } = view!;
    const query = new URLSearchParams({ theme, state, scheme, dir: rtl ? "rtl" : "ltr", ...(long && { long: "1" }) });
    const iframe = el("iframe", { title: `${state}, ${scheme}`, "data-src": "/stage/?" + query });
    iframe.addEventListener("load", () => send(iframe));
    coming.observe(iframe);
    const screen = el("div", { class: "screen " + scheme }, iframe);
    return el("figure", {}, screen, el("figcaption", {}, state));
  }

  function grid(scheme: string, theme: string): HTMLElement {
    const made = (some: string[]) => some.map((state) => frame(state, scheme, theme));
    const stack = el("div", { class: "stack" }, ...made(states.filter((state) => low.includes(state))));
    const rest = made(states.filter((state) => !low.includes(state)));
    const title = scheme == "dark" ? "Dark" : "Light";
    return el("section", { "aria-label": title }, el("h2", {}, title), el("div", { class: "grid" }, stack, ...rest));
  }

  /** Fills the rows: as many as find place, all as wide as they then can be. */
  function fit(): void {
    if (!view) return;
    const { width, height, [view.size]: least } = screens[view.device];
    const space = place.clientWidth - 2 * gap;
    const columns = Math.max(1, Math.floor((space + gap) / (least + gap)));
    const scale = Math.min(1, ((space + gap) / columns - gap) / width);
    place.style.setProperty("--scale", "" + scale);
    place.style.setProperty("--width", width + "px");
    place.style.setProperty("--height", height + "px");
  }

  new ResizeObserver(fit).observe(place);
  addEventListener("message", ({ origin, source, data }: MessageEvent<{ ready?: boolean }>) => {
    if (origin != location.origin || !data?.ready) return;
    const shown = [...frames()].find(({ contentWindow }) => contentWindow == source);
    if (!shown) return;
    attribute(shown, "data-ready", true);
    send(shown);
  });

  return {
    show(next, theme) {
      view = next;
      fit();
      coming.disconnect();
      place.replaceChildren(...(next.scheme == "both" ? ["light", "dark"] : [next.scheme]).map((scheme) => grid(scheme, theme)));
      place.scrollTop = 0;
    },
    paint(now) {
      variables = now;
      frames().forEach(send);
    },
    // Not by its location: a frame that found nobody shows a page of the browser's own.
    reload: () => frames().forEach((frame) => frame.src && (frame.src = frame.src)),
  };
}
