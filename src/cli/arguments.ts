import { parseArgs } from 'node:util';

/** A wrong call: printed in one line, exit code 2. */
export class UsageError extends Error {}

export interface Flag {
  /** What the value is called in help; absent for a switch. */
  readonly value?: string;
  readonly text: string;
  readonly choices?: readonly string[];
  /** It may be given several times. */
  readonly many?: true;
}

export interface ParsedArguments {
  readonly positionals: readonly string[];
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  /** The values of the flags that may be given several times. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
}

/** Parses a command's arguments by its table of flags. @throws UsageError naming the flag and what it takes. */
export function parseArguments(command: string, argv: readonly string[], table: Readonly<Record<string, Flag>>): ParsedArguments {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, flag]) => [name, { type: flag.value === undefined ? 'boolean' : 'string', multiple: flag.many === true } as const]));
  let parsed;
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${firstSentence(text)} See tailrace ${command} --help.`);
  }
  const values = parsed.values as Record<string, string | boolean | readonly string[] | undefined>;
  const flags: Record<string, string | boolean | undefined> = {};
  const lists: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'object') lists[name] = value;
    else flags[name] = value;
  }
  for (const [name, flag] of Object.entries(table)) {
    const given = flags[name];
    if (flag.choices === undefined || given === undefined || flag.choices.includes(String(given))) continue;
    throw new UsageError(`--${name} takes ${flag.choices.join(', ')}; not "${given}".`);
  }
  return { positionals: parsed.positionals, flags, lists };
}

function firstSentence(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/^(.*?[^.])\.(?:\s.*)?$/, '$1').replace(/\.?$/, '.');
}

/** A flag's text, or undefined. */
export function textFlag(parsed: ParsedArguments, name: string): string | undefined {
  const value = parsed.flags[name];
  return typeof value === 'string' ? value : undefined;
}

/** A flag's whole number of at least 0. @throws UsageError for anything else. */
export function numberFlag(parsed: ParsedArguments, name: string): number | undefined {
  const text = textFlag(parsed, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name} takes a whole number; not "${text}".`);
  return Number(text);
}

export function helpOf(usage: string, summary: string, table: Readonly<Record<string, Flag>>): string {
  const rows = Object.entries(table).map(([name, flag]) => {
    const left = flag.value === undefined ? `--${name}` : `--${name} ${flag.value}`;
    return [left, flag.choices ? `${flag.text} (${flag.choices.join(', ')})` : flag.text] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return [`Usage: tailrace ${usage}`, '', summary, '', ...rows.map(([l, r]) => `  ${l.padEnd(width)}  ${r}`), ''].join('\n');
}
