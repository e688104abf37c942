import type * as vscode from 'vscode';
import type { RegistrySignIn } from '../protocol/registry';

/** A schema registry that the user has signed in to. */
export interface KnownRegistry {
  /** As `registryKey` writes it. */
  readonly address: string;
  /** Who signed in; undefined for a token. */
  readonly user?: string;
}

const KEY = 'tailrace.registries';

/**
 * Who the user is at schema registries: addresses in the global state, secrets in SecretStorage. A secret is bound to
 * the address that it was typed for, so that an edited file cannot send it elsewhere.
 */
export class Registries {
  constructor(
    private readonly state: vscode.Memento,
    private readonly secrets: vscode.SecretStorage,
  ) {}

  /** Sorted by address. */
  all(): readonly KnownRegistry[] {
    return [...this.state.get<readonly KnownRegistry[]>(KEY, [])].sort((a, b) => (a.address < b.address ? -1 : 1));
  }

  async put(address: string, signIn: RegistrySignIn): Promise<void> {
    const key = registryKey(address);
    await this.secrets.store(secretKey(key), JSON.stringify(signIn));
    const { user } = signIn;
    await this.state.update(KEY, [...this.others(key), { address: key, ...(user !== undefined && { user }) }]);
  }

  /** Secrets included: never log or show it. */
  async signIn(address: string): Promise<RegistrySignIn | undefined> {
    const stored = await this.secrets.get(secretKey(registryKey(address)));
    return stored === undefined ? undefined : (JSON.parse(stored) as RegistrySignIn);
  }

  async remove(address: string): Promise<void> {
    const key = registryKey(address);
    await this.state.update(KEY, this.others(key));
    await this.secrets.delete(secretKey(key));
  }

  private others(key: string): readonly KnownRegistry[] {
    return this.all().filter((one) => one.address !== key);
  }
}

/** One registry's address, however it is written; host and path count, and the scheme, since http would tell a secret. */
export function registryKey(address: string): string {
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

function secretKey(key: string): string {
  return `${KEY}.${key}`;
}
