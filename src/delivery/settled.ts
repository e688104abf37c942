import type { Setting } from '../model/settings';
import type { Sourced } from '../text/range';
import { defaultOf, type Defaults, type Weakness } from './history';

type ValueOf<S> = NonNullable<S> extends Sourced<infer V> ? V : never;

/** Settings as they work, each with where it comes from. Blocks of settings (`needs`, `stream`) are none. */
export type Effective<S> = { readonly [K in keyof S as ValueOf<S[K]> extends never ? never : K]?: Setting<ValueOf<S[K]>> };

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Defaults with the declared settings over them. Blocks of settings (`onFailure`, `stream`) are none themselves. */
export function withDeclared(defaults: Record<string, Setting<unknown>>, settings: object): Record<string, never> {
  // Key by key: objects made by spreading would each get a hidden class of their own, which is slow to read.
  const result: Record<string, Setting<unknown>> = {};
  for (const key in defaults) result[key] = defaults[key]!;
  const declared = settings as Readonly<Record<string, Partial<Sourced<unknown>> | undefined>>;
  for (const key in declared) {
    const { value, at } = declared[key] ?? {};
    if (value !== undefined && at !== undefined) result[key] = { from: 'declared', value, at };
  }
  const { open } = settings as { readonly open?: readonly string[] };
  if (open !== undefined) for (const key of open) if (result[key]?.from !== 'declared') result[key] = { from: 'unknown' };
  return result as Record<string, never>;
}

/** One client's or broker's defaults, for its version. */
export function ownDefaults(
  table: object, label: string, version: string | undefined, weakness: Weakness<Record<string, unknown>> = {},
): Record<string, Setting<unknown>> {
  const own = table as Defaults<Record<string, unknown>>;
  // The same few clients come back on every edge, and a linter asks for each edge many times.
  let known = ownCache.get(own);
  if (known === undefined) ownCache.set(own, (known = new Map()));
  const id = `${label} ${version ?? ''}`;
  let result = known.get(id);
  if (result === undefined) {
    result = {};
    for (const [key, history] of Object.entries(own)) result[key] = defaultOf(history, label, version, weakness[key]);
    if (known.size > maxVersions) known.clear();
    known.set(id, result);
  }
  return result;
}

const ownCache = new WeakMap<object, Map<string, Record<string, Setting<unknown>>>>();

/** Half-typed versions come by in an editor; the cache must not grow with them. */
const maxVersions = 100;
