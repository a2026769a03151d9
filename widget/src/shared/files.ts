/** A file that came with a message. Twilio's SDK has them like this, so the connection passes them on as they are. */
export interface SentFile {
  readonly sid: string;
  readonly filename: string | null;
  readonly contentType: string;
  /** In bytes. */
  readonly size: number;
  /** Asks for the address of the content, a new one each time, which is good for some minutes. */
  getContentTemporaryUrl(): PromiseLike<string | null>;
}

/** What a message says that has files and no text. A name may be whatever JSON can be. */
export const namesOf = (files: readonly SentFile[]): string => files.flatMap(({ filename }) => (typeof filename == "string" ? filename : [])).join("\n");
