// Sound and title for a new message: the connection loads this where they are wanted.

import { handOver } from "../launcher/scripts";
import type { CreateAttention, WindowApp } from "../shared/app";
import { doc } from "../shared/dom";

/** Calls attention while the visitor looks elsewhere. Of several tabs, one does it. */
const createAttention: CreateAttention = ({ id, signal, store }, { chat, messages }) => {
  // Where there are no locks, or none is to be had, each tab is for itself.
  let chief = !navigator.locks;
  const held = navigator.locks?.request("missive-chat-chief:" + id, { signal }, () => {
    chief = true;
    // Until this page goes; then the next tab gets it.
    return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  });
  held?.catch(() => (chief = true));
  const flash = createFlash(messages.newMessage, { signal, store });
  return () => {
    if (!chief || (store.state.open && !doc.hidden)) return;
    if (chat.sound) beep();
    if (chat.flashTitle) flash();
  };
};

/** Two short tones, without a file. A page that nobody has touched yet may not sound. */
function beep(): void {
  const audio = new AudioContext();
  [660, 880].forEach((frequency, i) => {
    const tone = new OscillatorNode(audio, { frequency });
    const volume = new GainNode(audio, { gain: 0.08 });
    const start = audio.currentTime + i * 0.12;
    volume.gain.setTargetAtTime(0, start + 0.06, 0.03);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.3);
    if (i) tone.onended = () => void audio.close();
  });
}

/** Changes the title once a second until somebody looks, then gives it back. */
function createFlash(text: string, { signal, store }: Pick<WindowApp, "signal" | "store">): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  let title = "";
  // An element of that name hides the document's own.
  const write = (title: string) => Reflect.set(Reflect.getPrototypeOf(document)!, "title", title, document);
  const stop = () => {
    if (!timer) return;
    clearInterval(timer);
    timer = undefined;
    if (doc.title == text) write(title);
  };
  for (const type of ["focus", "pointerdown", "keydown"]) addEventListener(type, stop, { signal });
  // What is pressed in the chat isn't heard there.
  store.watch(["open"], stop);
  doc.addEventListener("visibilitychange", () => doc.hidden || stop(), { signal });
  signal.addEventListener("abort", stop);
  return () => {
    if (timer) return;
    title = doc.title;
    const turn = () => {
      // The page may change its title meanwhile.
      if (doc.title != text) title = doc.title;
      write(doc.title == text ? title : text);
    };
    turn();
    timer = setInterval(turn, 1000);
  };
}

handOver(createAttention);
