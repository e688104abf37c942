export interface Token {
  /** Secret. */
  readonly value: string;
  /** Milliseconds since 1970; undefined where nothing tells. */
  readonly expires: number | undefined;
}

/** A token is fetched anew when no more than this is left of it, or half of its life where that is less. */
const MARGIN = 30_000;
/** How long a token is used that does not say when it expires. */
const UNTOLD = 60_000;

/** Fetches a token when none is there or the last one is about to expire, once for all who ask meanwhile. */
export function renewing(fetch: () => Promise<Token>): () => Promise<Token> {
  let current: Token | undefined;
  let renewAt = 0;
  let pending: Promise<Token> | undefined;
  return async () => {
    if (current && Date.now() < renewAt) return current;
    pending ??= fetch().finally(() => {
      pending = undefined;
    });
    const token = await pending;
    const now = Date.now();
    const left = token.expires === undefined ? UNTOLD : token.expires - now;
    renewAt = now + left - Math.min(MARGIN, left / 2);
    current = token;
    return token;
  };
}
