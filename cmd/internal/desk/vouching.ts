// Asks the token server which conversations it vouches for.

/** What a conversation says of its visitor, as it is shown, and the token server's seal over it. */
export interface Claim {
  uniqueName: string;
  account: string;
  name: string;
  email: string;
  verification: string;
  seal: string;
}

/** Knows which claims the token server vouches for. The desk can't tell by itself: it has no key. */
export interface Vouching {
  /** Whether the server vouches for it; undefined until it has said so, which `told` is told. */
  isVouched(claim: Claim): boolean | undefined;
}

/** As many as the server answers for at once. */
const maxClaims = 100;
/** Before the server is asked again that could not be, in milliseconds. */
const pauseMilliseconds = 5000;

/** `ask` asks the server, and `told` hears that there are answers. */
export function createVouching(ask: (claims: Claim[]) => Promise<boolean[]>, told: () => void): Vouching {
  const known = new Map<string, boolean>();
  const waiting = new Map<string, Claim>();
  let asking = false;

  async function askAll(): Promise<void> {
    while (waiting.size) {
      const some = [...waiting].slice(0, maxClaims);
      try {
        const answers = await ask(some.map(([, claim]) => claim));
        some.forEach(([key], i) => {
          known.set(key, answers[i] === true);
          waiting.delete(key);
        });
        told();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
      }
    }
    asking = false;
  }

  return {
    isVouched(claim) {
      const key = JSON.stringify(claim);
      // What has no seal is not vouched for, so the server is not asked.
      if (!claim.seal || !claim.uniqueName) return false;
      if (!known.has(key)) {
        waiting.set(key, claim);
        if (!asking) {
          asking = true;
          // A list comes one by one.
          setTimeout(askAll);
        }
      }
      return known.get(key);
    },
  };
}
