import type { ConnectOptions } from '../brokers/driver';
import type { Place, Protocol } from './common';

/** Messages between the language client and the server about ways to brokers that files of the workspace tell. */

/** Request, no parameters: what could be made connections of. Answer: ConnectionSource[]. Holds no secrets. */
export const connectionSourcesRequest = 'tailrace/connectionSources';

/** One way to a broker as one file says it. */
export interface ConnectionSource {
  /** For `sourceSecretsRequest`; holds until the files change. */
  readonly id: string;
  readonly broker: string;
  readonly protocol: Protocol;
  /** Without user info; placeholders are filled in from the environment of this machine. */
  readonly url: string;
  readonly tls: boolean;
  readonly environment?: string;
  /** The file, from its folder on. */
  readonly file: string;
  readonly at: Place;
  readonly user?: string;
  readonly saslMechanism?: ConnectOptions['saslMechanism'];
  /** Paths of PEM files as the file has them; relative ones from the file's folder. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** A password or token is written in the file, or comes with its placeholders from the environment. */
  readonly hasSecret: boolean;
  /** What could not be taken over, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Request: the secret of a source, on the user's act and in a trusted workspace only. Params: { id, key }, the key an
 * `Opener`'s. Answer: a `Sealed` SourceSecrets, or null.
 */
export const sourceSecretsRequest = 'tailrace/sourceSecrets';
export interface SourceSecrets {
  readonly password: string;
}

/** Request: whether a schema registry answers. Params: CompareRegistryParams. Answer: RegistryCheck. */
export const checkRegistryRequest = 'tailrace/checkRegistry';

export type RegistryCheck =
  | { readonly is: 'answers'; readonly subjects: number }
  | { readonly is: 'refused' | 'failed'; readonly reason: string };
