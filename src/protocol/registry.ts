import type { Place } from './common';
import type { Sealed } from './sealed';

/** Messages between the language client and the server about schema registries. Nothing is ever registered there. */

/** Request, no parameters: the public key that credentials are sealed with for `compareRegistryRequest`. Answer: a string. */
export const registryKeyRequest = 'tailrace/registryKey';

/** Request: compares the contracts with a registry, on the user's act only. Params: CompareRegistryParams. Answer: RegistryAnswer. */
export const compareRegistryRequest = 'tailrace/compareRegistry';

export interface CompareRegistryParams {
  /** Without user info. */
  readonly address: string;
  /** Of the broker whose registry has this very address: user and password that its URL has from the environment count then. */
  readonly broker?: string;
  /** Sealed RegistrySignIn. */
  readonly signIn?: Sealed;
}

export interface RegistrySignIn {
  readonly user?: string;
  readonly password?: string;
  /** A bearer token. */
  readonly token?: string;
}

export type RegistryAnswer =
  | {
    readonly is: 'compared';
    /** As the messages name it. */
    readonly address: string;
    /** How many files' contracts the registry holds, and of how many. */
    readonly found: number;
    readonly of: number;
    readonly problems: readonly RegistryProblem[];
  }
  /** The registry lets nobody in without other credentials. */
  | { readonly is: 'refused'; readonly reason: string }
  | { readonly is: 'failed'; readonly reason: string };

/**
 * Request: asks the registry of a broker what `compareBrokerRequest` with the same `asked` then tells of it, on the user's act
 * only. Params: AskBrokerRegistryParams. Answer: BrokerRegistryAnswer.
 */
export const askBrokerRegistryRequest = 'tailrace/askBrokerRegistry';
export interface AskBrokerRegistryParams extends CompareRegistryParams {
  /** The element id of the broker whose registry it is. */
  readonly broker: string;
  /** When the broker was asked, in milliseconds since 1970. */
  readonly asked: number;
}
export type BrokerRegistryAnswer =
  | { readonly is: 'asked' }
  | Extract<RegistryAnswer, { readonly is: 'refused' | 'failed' }>;

export interface RegistryProblem {
  readonly at: Place;
  readonly severity: 'error' | 'warning' | 'info';
  /** The check's name, as registries write it. */
  readonly check: string;
  readonly message: string;
  readonly related: readonly { readonly at: Place; readonly message: string }[];
}
