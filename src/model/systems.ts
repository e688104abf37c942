import { dirName } from '../text/sourceFile';
import { around } from './brokerSets';
import type { FileFacts } from './build';

/**
 * The systems of a workspace that lie side by side: the outermost folder with a compose file that runs brokers is
 * one. Two programs of one name in two such folders are two programs; a compose file in a part of a system makes
 * no system of its own.
 */
export class Systems {
  private readonly folders: ReadonlySet<string>;
  private readonly of = new Map<string, string | undefined>();
  /** Of each name the systems in which it is declared. */
  private readonly named = new Map<string, Set<string>>();

  constructor(files: readonly FileFacts[]) {
    this.folders = new Set(files.flatMap((file) => file.facts.flatMap((fact) =>
      (fact.kind === 'broker' && fact.scope !== undefined && fact.dialect === 'docker-compose' ? [fact.scope] : []))));
  }

  /** Takes in a declared name. */
  note(name: string, path: string): void {
    const system = this.systemOf(path);
    if (system === undefined) return;
    const known = this.named.get(name);
    if (known) known.add(system);
    else this.named.set(name, new Set([system]));
  }

  /** What a name means in a file: the same key for the same program. */
  keyOf(name: string, path: string): string {
    if ((this.named.get(name)?.size ?? 0) < 2) return name;
    const system = this.systemOf(path);
    return system === undefined ? name : `${name}\n${system}`;
  }

  private systemOf(path: string): string | undefined {
    if (this.folders.size < 2) return undefined;
    const folder = dirName(path);
    if (!this.of.has(folder)) this.of.set(folder, [...around(folder)].findLast((outer) => this.folders.has(outer)));
    return this.of.get(folder);
  }
}
