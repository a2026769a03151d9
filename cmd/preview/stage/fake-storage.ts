// The storage of a stage: what one stage keeps, the others must not find.

const methods = {
  getItem(this: Record<string, string>, key: string) {
    return this[key] ?? null;
  },
  setItem(this: Record<string, string>, key: string, value: string) {
    this[key] = value;
  },
  removeItem(this: Record<string, string>, key: string) {
    delete this[key];
  },
};

/** Replaces the page's localStorage by one that ends with the page. The real one is shared by all frames of an origin. */
export function fakeStorage(kept: Record<string, string>): void {
  Object.defineProperty(window, "localStorage", { value: Object.assign(Object.create(methods), kept) });
}
