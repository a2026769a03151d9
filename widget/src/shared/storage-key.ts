/** Begins the key in localStorage under which an account, by its id, keeps what it remembers, see window/storage.ts. */
export const storagePrefix = "missive-chat:";
