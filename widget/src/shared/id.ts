/** Random, 128 bits, as 32 hex digits. crypto.randomUUID is missing on plain http, where designers test on their phones. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
