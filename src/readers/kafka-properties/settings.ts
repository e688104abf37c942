import type { SourceFile } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { ConsumeSettings, PublishSettings } from '../../model/settings';
import { isUnknown, resolvePlaceholders } from '../../syntax/placeholder';
import { isMap, isScalar, type Entry, type SyntaxNode } from '../../syntax/tree';
import { consumeSettings, publishSettings, type WrongValue } from '../shared/kafkaClient';
import type { Lookup } from '../shared/keyed';
import { contentRange } from '../shared/places';
import { prefixes } from './keys';

/** A properties file's entries by key; of duplicates the last, as Java reads them. */
export class Properties {
  /** Values that no client takes, by their places. */
  readonly wrong = new Map<number, WrongValue>();
  private readonly byKey = new Map<string, Entry>();

  constructor(readonly file: SourceFile, root: SyntaxNode | undefined) {
    for (const entry of isMap(root) ? root.entries : []) this.byKey.set(entry.key.text, entry);
  }

  get entries(): readonly Entry[] {
    return [...this.byKey.values()];
  }

  /**
   * The first of these keys that is written, with its value; placeholders without a default count as not
   * said.
   */
  text(...keys: readonly string[]): Sourced<string> | undefined {
    for (const key of keys) {
      const found = this.lookUp(key);
      if (found !== undefined && found !== 'open') return found;
    }
    return undefined;
  }

  entry(key: string): Entry | undefined {
    return this.byKey.get(key);
  }

  /** Looks below the prefixes of an inner producer or consumer first, then (if `bare`) without them. */
  inner(kind: 'producer' | 'consumer', bare: boolean): Lookup {
    return (key) => {
      for (const prefix of [...prefixes[kind], ...(bare ? [''] : [])]) {
        const found = this.lookUp(prefix + key);
        if (found !== undefined) return found;
      }
      return undefined;
    };
  }

  /** Notes values that clients refuse. */
  note = (wrong: WrongValue): void => {
    this.wrong.set(wrong.at.start, wrong);
  };

  private lookUp(key: string): ReturnType<Lookup> {
    const node = this.byKey.get(key)?.value;
    if (!isScalar(node) || node.text.trim() === '') return undefined;
    const resolved = resolvePlaceholders(node.text.trim());
    if (resolved.unresolved.length > 0 || isUnknown(resolved.text)) return 'open';
    return { value: resolved.text, at: contentRange(this.file, node) };
  }
}

/**
 * @param bare false for files whose keys without prefix are not the inner client's (Connect's `group.id`).
 */
export function producerSettings(p: Properties, bare: boolean): PublishSettings {
  return publishSettings(p.inner('producer', bare), p.note);
}

export function consumerSettings(p: Properties, bare: boolean): ConsumeSettings {
  return consumeSettings(p.inner('consumer', bare), p.note);
}
