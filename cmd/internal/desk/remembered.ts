// What this browser remembers of the desk. Where storage is blocked, everything goes on without.

const prefix = "missive-desk-";

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(prefix + key);
  } catch {
    return null;
  }
}

/** Nothing to remember: "". */
export function remember(key: string, value: string): void {
  try {
    if (value) localStorage.setItem(prefix + key, value);
    else localStorage.removeItem(prefix + key);
  } catch {
    // The next visit begins anew.
  }
}

/** The keys that begin so. */
export function recallKeys(beginning: string): string[] {
  try {
    return Object.keys(localStorage).flatMap((key) => (key.startsWith(prefix + beginning) ? [key.slice(prefix.length)] : []));
  } catch {
    return [];
  }
}

/** Hears when another tab remembers something else. */
export function onRemembered(told: (key: string) => void): void {
  addEventListener("storage", ({ key }) => {
    if (key?.startsWith(prefix)) told(key.slice(prefix.length));
  });
}
