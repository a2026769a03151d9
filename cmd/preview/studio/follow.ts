// Hears from the preview that files were saved, that the widget was built anew, and whether the preview is there at all.

export interface FollowEvents {
  /** The connection is lost: told once, until it is back. */
  stopped(): void;
  /** The preview is there again. */
  back(): void;
  /** The widget is another build, or may be. */
  rebuilt(): void;
  /** Themes may have changed. Also told at the start, and when the preview is back. */
  saved(): void;
}

/** The preview sends the name of its build at once, and again at each save. The browser connects again by itself. */
export function followPreview(address: string, { stopped, back, rebuilt, saved }: FollowEvents): void {
  let build: string | undefined;
  let lost = false;
  const source = new EventSource(address);
  // Each failed attempt to connect is another error.
  source.onerror = () => {
    if (lost) return;
    lost = true;
    stopped();
  };
  source.onmessage = ({ data }) => {
    if (lost || (build && build != data)) rebuilt();
    if (lost) back();
    lost = false;
    build = data;
    saved();
  };
}
