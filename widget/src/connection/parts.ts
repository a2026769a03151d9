/** Twilio takes 32 KB a message, and a character has at most four bytes. */
const mostCharacters = 8000;

export const isLong = (text: string) => text.length > mostCharacters;

/** Cuts a text into parts that fit into a message, between characters as people see them, where the browser knows those: an emoji may be of many. */
export function parts(text: string): string[] {
  const segments = Intl.Segmenter ? Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment) : [...text];
  const all: string[] = [];
  let part = "";
  for (const segment of segments.flatMap((segment) => segment.match(/[^]{1,8000}/gu)!)) {
    if (part.length + segment.length > mostCharacters) {
      all.push(part);
      part = "";
    }
    part += segment;
  }
  // A part of a long one may be nothing but blanks.
  return [...all, part].filter((part) => part.trim());
}
