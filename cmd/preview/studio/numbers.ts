/** A text and the place of the cursor in it. */
export interface Edit {
  text: string;
  at: number;
}

const number = /-?(?:\d+\.?\d*|\.\d+)/g;

/** Adds to the number at the cursor, or else the next one before it. Undefined when there is none, or it is part of a name or a colour. */
export function step({ text, at }: Edit, by: number): Edit | undefined {
  const all = [...text.matchAll(number)].filter(({ index }) => !/[\w#-]/.test(text[index - 1] ?? ""));
  const found = all.findLast(({ index }) => index <= at) ?? all[0];
  if (!found) return undefined;
  const { index, 0: old } = found;
  // Seconds and shares go in tenths and hundredths.
  const after = text.slice(index + old.length);
  const unit = /^ms/.test(after) ? 25 : /^s\b/.test(after) ? 0.05 : /^r?em/.test(after) ? 0.1 : /^[a-z%]/i.test(after) || !old.includes(".") ? 1 : 0.05;
  const value = Math.round((Number(old) + by * unit) * 1000) / 1000;
  const shown = "" + value;
  return { text: text.slice(0, index) + shown + after, at: index + shown.length };
}
