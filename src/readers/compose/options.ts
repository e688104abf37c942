import type { SourceRange } from '../../text/range';
import type { SourceFile } from '../../text/sourceFile';
import { canonicalVariable } from '../shared/environmentValues';
import { KeyedValues, type Keyed } from '../shared/keyed';
import { isKnownProgram } from './commands';
import { commandScalars } from './commandText';
import type { ComposeService } from './services';
import { commandsIn, type Word } from './shell';

/**
 * What a program is told by variables and by the long options of its command line (`--kafka-topic=orders`,
 * `-Dspring.kafka.bootstrap-servers=…`), which programs read alike.
 */
export function valuesOf(file: SourceFile, service: ComposeService): KeyedValues {
  const options = commandScalars(service).flatMap((scalars) => commandsIn(file, scalars)
    // The options of tools that we know are read as what they are.
    .flatMap((command) => (command.some(isKnownProgram) ? [] : optionsIn(service, command))));
  if (options.length === 0) return service.environment;
  return new KeyedValues(file, [...service.environment.all, ...options], canonicalVariable);
}

function optionsIn(service: ComposeService, words: readonly Word[]): Keyed[] {
  return words.flatMap((word, i): Keyed[] => {
    const match = /^(--[A-Za-z][\w.-]{1,100}|-D[A-Za-z][\w.-]{1,100})(?:=([^]*))?$/.exec(word.text);
    const key = match?.[1];
    if (key === undefined) return [];
    const next = words[i + 1];
    const own = match?.[2];
    const isPlain = word.at.end - word.at.start === word.text.length;
    const keyAt = isPlain ? { ...word.at, end: word.at.start + key.length } : word.at;
    if (own !== undefined) {
      const at = isPlain ? { ...word.at, start: keyAt.end + 1 } : word.at;
      return [made(service, key, keyAt, own, at)];
    }
    const isFlag = next === undefined || next.text.startsWith('-') || key.startsWith('-D');
    return isFlag ? [] : [made(service, key, keyAt, next.text, next.at)];
  });
}

function made(
  service: ComposeService, key: string, keyAt: SourceRange, written: string, at: SourceRange,
): Keyed {
  const { text, isOpen } = service.resolve(written);
  const extent = { ...keyAt, end: Math.max(at.end, keyAt.end) };
  return { key, keyAt, value: text.trim(), at, extent, isOpen };
}
