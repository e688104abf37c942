import type { Channel, Consume, Publish, SchemaUse } from '../model/model';
import { compareProblems, type Problem } from '../text/problem';
import { contains, type FileId, type SourceRange } from '../text/range';

/** The linter's findings by what they are about. */
export interface LintFaults {
  /**
   * The first finding of one of the rules (`dlq/missing`, or a whole group: `fit/`) at a publish, a consume or a
   * channel, or at one of their settings. Informations are left out: they tell what may be, not what is.
   */
  at(what: Publish | Consume | Channel, ...rules: readonly string[]): Problem | undefined;
  /** The first finding of one rule within a declaration, such as a message of a contract file. */
  within(extent: SourceRange, rule: string): Problem | undefined;
}

export function faultsOf(problems: Iterable<Problem>): LintFaults {
  const byPlace = new Map<string, Problem[]>();
  const byFile = new Map<FileId, Problem[]>();
  for (const problem of [...problems].sort(compareProblems)) {
    if (problem.severity === 'info') continue;
    const key = keyOf(problem.at);
    const there = byPlace.get(key);
    if (there === undefined) byPlace.set(key, [problem]);
    else there.push(problem);
    const inFile = byFile.get(problem.at.file);
    if (inFile === undefined) byFile.set(problem.at.file, [problem]);
    else inFile.push(problem);
  }
  return {
    within: (extent, rule) => byFile.get(extent.file)?.find(({ code, at }) => code === rule && contains(extent, at)),
    at: (what, ...rules) => {
      if (byPlace.size === 0) return undefined;
      const isMeant = ({ code }: Problem): boolean =>
        rules.some((rule) => (rule.endsWith('/') ? code.startsWith(rule) : code === rule));
      for (const place of placesOf(what)) {
        const found = byPlace.get(keyOf(place))?.find(isMeant);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

/** Where rules report what is wrong with an edge or a channel: at its name, or at one of its settings. */
function placesOf(what: Publish | Consume | Channel): SourceRange[] {
  const places = [what.at];
  if ('declarations' in what) {
    for (const fact of what.declarations) places.push(fact.address.at);
    if (what.schema !== undefined) places.push(...schemaPlaces(what.schema));
  } else {
    for (const { channel, schema } of what.facts) places.push(...[channel?.name.at, schema?.at].filter((at) => at !== undefined));
  }
  addPlaces(what.settings, places);
  return places;
}

/** What is wrong with a schema is wrong with what the channel carries. */
function schemaPlaces({ written, schema }: SchemaUse): SourceRange[] {
  if (schema === undefined) return [written.at];
  const { name, compatibility } = schema.fact;
  const versions = schema.source === undefined ? schema.versions : [...schema.versions, schema.source];
  return [written.at, name.at, compatibility?.at, ...versions.flatMap((one) => [one.at, one.target?.at])].filter((at) => at !== undefined);
}

function addPlaces(settings: object, places: SourceRange[]): void {
  for (const value of Object.values(settings) as unknown[]) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    if ('at' in value) places.push(value.at as SourceRange);
    if (!('value' in value)) addPlaces(value, places);
  }
}

function keyOf({ file, start, end }: SourceRange): string {
  return `${file}\n${start}\n${end}`;
}
