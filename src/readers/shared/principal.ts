import type { SourceFile } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';

/** The kinds of principals that Kafka's authorizers know; Confluent adds service accounts and groups. */
const kind = /^\s*(?:User|ServiceAccount|Group)\s*:\s*/i;

/**
 * The name of a principal without its kind, at its own place: `billing` of `User:billing`. Undefined for
 * everybody (`User:*`) and for an empty name.
 */
export function principalName(
  file: SourceFile, said: Sourced<string> | undefined,
): Sourced<string> | undefined {
  if (said === undefined) return undefined;
  const lead = kind.exec(said.value)?.[0].length ?? 0;
  const value = said.value.slice(lead).trim();
  if (value === '' || value === '*') return undefined;
  // An escape or placeholder makes the written text another one; then the whole of it is the place.
  const written = file.text.slice(said.at.start, said.at.end);
  const from = written === said.value ? lead : 0;
  const end = written === said.value ? from + value.length : written.length;
  return { value, at: { ...said.at, start: said.at.start + from, end: said.at.start + end } };
}
