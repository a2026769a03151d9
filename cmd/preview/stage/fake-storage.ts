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

/** Gives the page a localStorage that ends with it. Frames of one origin share the real one: what one keeps, the others would find. */
export function shadowStorage(kept: Record<string, string>): void {
  Object.defineProperty(window, "localStorage", { value: Object.assign(Object.create(methods), kept) });
}
