import { baseName, type SourceFile } from '../text/sourceFile';
import type { SourceRange } from '../text/range';
import { propertyOf } from './complete/properties';
import type { Ide } from './context';
import { hoverDeclared } from './hover/declared';
import { describeEntity } from './hover/entity';
import { hoverReading } from './hover/reading';
import { hoverSetting } from './hover/setting';
import { occurrenceAt } from './navigation';
import { ruleDoc } from './ruleDoc';

export interface Hover {
  /** What it is about: the stretch that an editor marks. */
  readonly at: SourceRange;
  readonly markdown: string;
}

/** What is known of the thing under a cursor. */
export function hover(
  ide: Ide,
  file: SourceFile,
  dialect: string | undefined,
  offset: number,
): Hover | undefined {
  const rule = hoverRule(file, offset);
  if (rule !== undefined) return rule;
  const setting =
    dialect === 'flow' || dialect === 'asyncapi' ? hoverSetting(ide, file, dialect, offset) : undefined;
  if (setting !== undefined) return setting;
  const occurrence = occurrenceAt(ide.model, file.id, offset);
  const entity = occurrence && describeEntity(ide, occurrence);
  const reading = hoverReading(ide, file, offset, occurrence?.at);
  if (entity !== undefined && occurrence !== undefined) {
    return {
      at: occurrence.at,
      markdown: [entity, reading?.markdown].filter((text) => text !== undefined).join('\n\n'),
    };
  }
  // On an operation's own name: what it comes to, as on the channel that it names.
  const named =
    reading?.channel?.file === file.id ? occurrenceAt(ide.model, file.id, reading.channel.start) : undefined;
  const operation = named && describeEntity(ide, named);
  if (reading !== undefined && operation !== undefined)
    return { at: reading.at, markdown: `${operation}\n\n${reading.markdown}` };
  const declared = hoverDeclared(ide, file, dialect, offset);
  if (declared !== undefined) return declared;
  return dialect === 'kafka-properties' ? (hoverProperty(ide, file, offset) ?? reading) : reading;
}

/** A rule's name in a `tailrace-ignore` comment or in the configuration. */
function hoverRule(file: SourceFile, offset: number): Hover | undefined {
  const start = file.text.lastIndexOf('\n', offset - 1) + 1;
  const end = file.text.indexOf('\n', offset);
  const line = file.text.slice(start, end < 0 ? undefined : end);
  if (!line.includes('tailrace-ignore') && baseName(file.path) !== 'tailrace.config.yaml') return undefined;
  const word = wordAt(file, offset, /[\w/-]/);
  const markdown = word && ruleDoc(word.text);
  return markdown === undefined || word === undefined ? undefined : { at: word.at, markdown };
}

function hoverProperty(ide: Ide, file: SourceFile, offset: number): Hover | undefined {
  const word = wordAt(file, offset, /[\w.-]/);
  const property = word && propertyOf(word.text);
  if (word === undefined || property === undefined) return undefined;
  const service = ide.model.services.find((s) => s.facts.some((fact) => fact.extent.file === file.id));
  const line = file.text.slice(word.at.end, file.text.indexOf('\n', word.at.end) >>> 0);
  const value = /^\s*[=:]\s*(\S.*?)\s*$/.exec(line)?.[1];
  // A key may end in a secret: only what is one of a few words is repeated.
  const here = value !== undefined && property.values?.includes(value) ? `Here: \`${value}\`` : '';
  const owner = service === undefined ? '' : `${here === '' ? 'Of' : ', of'} service **${service.name}**`;
  const of = here + owner === '' ? '' : `\n\n${here}${owner}.`;
  return { at: word.at, markdown: `**${word.text}**\n\n${property.docs}${of}` };
}

function wordAt(
  file: SourceFile,
  offset: number,
  letter: RegExp,
): { readonly text: string; readonly at: SourceRange } | undefined {
  let start = offset;
  let end = offset;
  while (start > 0 && letter.test(file.text[start - 1] ?? '')) start--;
  while (end < file.text.length && letter.test(file.text[end] ?? '')) end++;
  return start === end ? undefined : { text: file.text.slice(start, end), at: { file: file.id, start, end } };
}
