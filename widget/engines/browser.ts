// A browser as a visitor has it before them. What a test does in it is done as by hand, whatever engine it is.

/** What its user has set, in it or in their system. */
export interface Settings {
  dark?: boolean;
  lessMotion?: boolean;
  /** Not in WebKit. */
  forcedColors?: boolean;
  /** Neither cookies nor storage. In Firefox alone. */
  blockedStorage?: boolean;
}

export type Key = "Enter" | "Escape" | "Tab";

/** An engine that runs with settings. */
export interface Launched {
  /** Opens a window that knows nothing of those before. */
  open(): Promise<Browser>;
  end(): Promise<void>;
}

export interface Browser {
  goto(address: string): Promise<void>;
  reload(): Promise<void>;
  /** From here on all happens in the frame of the page. */
  enterFrame(): Promise<void>;
  /** Runs a function in the page. */
  run<Argument, Result>(script: (argument: Argument) => Result, argument?: Argument): Promise<Result>;
  /** Clicks what is there in the chat by that selector, or will be. */
  click(selector: string): Promise<void>;
  /** Presses the mouse's button there, does something, and lets go. */
  hold(selector: string, meanwhile: () => Promise<void>): Promise<void>;
  /** Types into what has the focus. */
  type(text: string): Promise<void>;
  /** Empties the field that has the focus. */
  erase(): Promise<void>;
  press(key: Key): Promise<void>;
  /** Waits until a tab that has opened is somewhere, closes it, and returns what is in it. */
  tab(): Promise<string>;
  screenshot(path: string): Promise<void>;
  close(): Promise<void>;
}

export const engines = ["chromium", "firefox", "webkit"] as const;
export type Engine = (typeof engines)[number];
