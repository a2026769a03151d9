// The arrow keys on a number in a CSS value.

/** A text and the place of the cursor in it. */
export interface Edit {
  text: string;
  at: number;
}

const number = /-?(?:\d+\.?\d*|\.\d+)/g;

/**
 * Adds so many steps to the number at the cursor, or else to the next one before it, or else to the first. Undefined when the
 * text has none: digits of a name or a colour are no number.
 */
export function stepNumber({ text, at }: Edit, steps: number): Edit | undefined {
  const all = [...text.matchAll(number)].filter(({ index }) => !/[\w#-]/.test(text[index - 1] ?? ""));
  const found = all.findLast(({ index }) => index <= at) ?? all[0];
  if (!found) return undefined;
  const { index, 0: old } = found;
  const after = text.slice(index + old.length);
  const value = Math.round((Number(old) + steps * stepOf(old, after)) * 1000) / 1000;
  const shown = "" + value;
  return { text: text.slice(0, index) + shown + after, at: index + shown.length };
}

/** How large one step is: a pixel, but of seconds, ems and shares only a fraction. */
function stepOf(old: string, after: string): number {
  if (/^ms/.test(after)) return 25;
  if (/^s\b/.test(after)) return 0.05;
  if (/^r?em/.test(after)) return 0.1;
  return /^[a-z%]/i.test(after) || !old.includes(".") ? 1 : 0.05;
}
