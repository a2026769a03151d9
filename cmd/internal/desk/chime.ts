// The sound of news: two soft notes, made by the browser, so that there is no file to load.

/** Frequencies in Hz, and when each note begins, in seconds. */
const notes = [
  [659.25, 0],
  [880, 0.12],
] as const;
const volume = 0.12;
const seconds = 0.5;
/** Between two of them. */
const pauseMilliseconds = 2000;
/** How old news may be that is still heard. */
const freshMilliseconds = 1000;

/** Returns what plays it. Until somebody has clicked or pressed a key, browsers let no page be heard. */
export function createChime(): () => void {
  let audio: AudioContext | undefined;
  const wake = () => void audio?.resume().catch(() => {});
  for (const event of ["pointerdown", "keydown"]) addEventListener(event, wake, { capture: true, passive: true });
  let last = -Infinity;
  return () => {
    // Somebody may write one line after the other.
    if (Date.now() - last < pauseMilliseconds) return;
    last = Date.now();
    try {
      audio ??= new AudioContext();
      const asked = last;
      if (audio.state == "running") play(audio);
      // Until somebody clicks, this promise waits: then it is no news any more.
      else audio.resume().then(() => Date.now() - asked < freshMilliseconds && play(audio!), () => {});
    } catch {
      // No sound on this machine.
    }
  };
}

function play(audio: AudioContext): void {
  for (const [frequency, start] of notes) {
    const at = audio.currentTime + start;
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    tone.frequency.value = frequency;
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(volume, at + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
    tone.connect(loudness).connect(audio.destination);
    tone.start(at);
    tone.stop(at + seconds);
  }
}
