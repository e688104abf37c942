import type { Settings } from '../workspace/configs';

/** The parts of the section `tailrace` that the server reads; what has another shape counts as not set. */
export function settingsOf(section: unknown): Settings {
  const values = isRecord(section) ? section : {};
  const rules = isRecord(values.rules)
    ? Object.entries(values.rules).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    : [];
  return {
    rules: Object.fromEntries(rules),
    exclude: textsOf(values.exclude),
    environment: textOf(values.environment),
    profile: textOf(values.profile),
    guarantee: textOf(values.guarantee),
    disabledDialects: textsOf(values.disabledDialects),
    compatAgainst: isRecord(values.compat) ? textOf(values.compat.against) : undefined,
  };
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((g): g is string => typeof g === 'string') : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is shown beside the text. */
export interface Shows {
  readonly lenses: boolean;
  readonly inlays: boolean;
}

/** The settings `tailrace.guarantees.*`; on, unless they are switched off. */
export function showsOf(section: unknown): Shows {
  const guarantees = isRecord(section) && isRecord(section.guarantees) ? section.guarantees : {};
  return { lenses: guarantees.lens !== false, inlays: guarantees.inlay !== false };
}
