import { effectiveChannel, effectiveConsume, effectivePublish } from '../../delivery/effective';
import type { JsonPlace } from '../../graph/json';
import type { FlowModel } from '../../model/model';
import { valueWords } from '../../model/settingWords';
import type { Setting } from '../../model/settings';
import type { SourceRange } from '../../text/range';

/**
 * The model as lines for a terminal: the files with their dialects, then each broker, channel, publish and
 * consume with its place, and its settings with where each comes from.
 */
export function prettyModel(model: FlowModel, place: (at: SourceRange) => JsonPlace): string {
  const at = (range: SourceRange): string => {
    const { file, range: { start } } = place(range);
    return `${file}:${start.line}:${start.column}`;
  };
  const settings = (effective: object): string[] =>
    Object.entries(effective as Record<string, Setting<unknown> | undefined>)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, setting]) => (setting?.from === undefined ? [] : [`    ${name}: ${words(name, setting, at)}`]));
  const files = [...model.files.values()].map((f) => `${place({ file: f.id, start: 0, end: 0 }).file}  ${f.dialect}`).sort();
  const lines = [
    ...files, '',
    ...model.brokers.flatMap((b) => [
      `broker ${b.id}${b.protocol ? ` (${b.protocol})` : ''}  ${at(b.facts[0]!.name.at)}`,
      ...(b.joins ?? []).map((join) => `    ${at(join.at)}: ${join.why}`),
    ]),
    ...model.channels.flatMap((c) => [
      `${c.kind} ${c.id}${c.broker ? ` on ${c.broker.id}` : ''}  ${at(c.at)}`,
      ...(c.brokerGuess === undefined ? [] : [`    ${c.brokerGuess}`]), ...settings(effectiveChannel(c)),
    ]),
    ...[...model.publishes, ...model.consumes].flatMap((e) => [
      `${e.service.name} ${e.kind === 'publish' ? 'publishes to' : 'consumes'} ${e.channel?.id ?? '(no channel named)'}  ${at(e.at)}`,
      ...e.facts.flatMap((fact) => (fact.inferred === undefined ? [] : [`    inferred: ${fact.inferred}`])),
      ...settings(e.kind === 'publish' ? effectivePublish(e) : effectiveConsume(e)),
    ]),
    ...model.routes.map((r) => `${r.kind} ${r.from.id} => ${r.to.id}  ${at(r.at)}`),
  ];
  return files.length === 0 ? 'No file here is of a dialect that Tailrace reads.\n' : `${lines.join('\n')}\n`;
}

function words(name: string, setting: Setting<unknown>, at: (range: SourceRange) => string): string {
  if (setting.from === 'unknown') return 'not known';
  const value = valueWords(name, setting.value);
  if (setting.from === 'declared') return `${value} (declared ${at(setting.at)})`;
  return `${value} (${setting.assumed === true ? 'assumed, ' : ''}default of ${setting.of})`;
}
