import type { Sourced } from '../../text/range';
import type { Lookup } from '../shared/keyed';

/** Attributes by name, as the connectors read them; placeholders count as not set. */
export interface Attributes {
  text(key: string): Sourced<string> | undefined;
  yes(key: string): boolean;
  /** True only where it is switched off. */
  no(key: string): boolean;
}

export function attributes(get: Lookup): Attributes {
  const text = (key: string): Sourced<string> | undefined => {
    const found = get(key);
    return found === 'open' ? undefined : found;
  };
  return {
    text,
    yes: (key) => text(key)?.value.toLowerCase() === 'true',
    no: (key) => text(key)?.value.toLowerCase() === 'false',
  };
}

type Parse = (said: Sourced<string>) => Sourced<unknown> | undefined;

/**
 * Settings by the model's names, each from an attribute; what is written and nobody can tell goes to `open`.
 * `T` is one of the model's settings; the caller vouches that what `parse` gives fits it.
 */
export function settingsFrom<T extends { readonly open?: readonly string[] }>(
  get: Lookup, wanted: { readonly [K in keyof T]?: readonly [string, Parse] },
): T {
  const settings: Record<string, unknown> = {};
  const open: string[] = [];
  for (const [name, [key, parse]] of Object.entries(wanted as Record<string, readonly [string, Parse]>)) {
    const said = get(key);
    if (said === undefined) continue;
    const value = said === 'open' ? undefined : parse(said);
    if (value === undefined) open.push(name);
    else settings[name] = value;
  }
  return (open.length === 0 ? settings : { ...settings, open }) as T;
}
