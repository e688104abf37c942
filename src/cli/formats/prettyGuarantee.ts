import { hazards, type FlowGuarantee } from '../../delivery/guarantee';
import { breaksPromise, flowTitle } from '../../delivery/guaranteeWords';
import { repairWords } from '../../lint/repairFix';
import { promiseOf } from '../../report/promise';
import type { Paint } from '../../report/pretty';
import { guaranteeWords } from '../../report/words';
import { cellsOf, columns, countWords, hazardTitle, legend, settingGroups, settingWords, type ShowPlace } from './guaranteeLines';

/** A table of the flows for a terminal. */
export function prettyGuarantees(flows: readonly FlowGuarantee[], paint: Paint): string {
  if (flows.length === 0) return 'No file shows a flow: a publish, a channel of a known protocol and a consume that belong together.\n';
  const rows = flows.map(cellsOf);
  const widths = columns.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]): string => cells.map((cell, i) => cell.padEnd(widths[i]!)).join('  ').trimEnd();
  const promises = flows.map(promiseOf);
  const painted = rows.map((row, i) => {
    const promise = promises[i];
    return promise === 'broken' ? paint('red', line(row)) : promise === 'assumed' ? paint('yellow', line(row)) : line(row);
  });
  return [paint('bold', line(columns)), ...painted, '', paint('dim', legend), countWords(promises), ''].join('\n');
}

/** The whole story of one flow for a terminal. */
export function prettyStory(guarantee: FlowGuarantee, place: ShowPlace, paint: Paint): string {
  const { flow, declared, hazards: found, decidedBy } = guarantee;
  const where = declared?.by === undefined ? '' : ` ${paint('cyan', place(declared.by.at))}`;
  const stories = hazards.map((hazard) => [
    paint('bold', `${hazardTitle(guarantee, hazard)}${hazard === decidedBy ? ', which decides' : ''}`),
    ...found[hazard].trace.map((step, i) => `  ${String(i + 1).padStart(2)}. ${step.text}`),
    ...found[hazard].deciding.map((one) => `  rests on ${one.subject}: ${settingWords(one, place)}`),
  ]);
  const settings = settingGroups(guarantee).map(({ title, settings: list }) =>
    [paint('bold', title), ...list.map((one) => `  ${settingWords(one, place)}`)]);
  const head = [
    paint('bold', flowTitle(flow)), `${guaranteeWords(guarantee)}${where}`,
    ...(breaksPromise(guarantee) ? [`To keep the promise: ${repairWords(guarantee)}.`] : []),
  ];
  return `${[head, ...stories, ...settings].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
