import { hazards, type FlowGuarantee } from '../../delivery/guarantee';
import { breaksPromise, flowTitle } from '../../delivery/guaranteeWords';
import { repairWords } from '../../lint/repairFix';
import { promiseOf } from '../../report/promise';
import { guaranteeWords, type PlaceOf } from '../../report/words';
import { plain } from '../../text/markdown';
import { cellsOf, columns, countWords, hazardTitle, legend, settingGroups, settingWords } from './guaranteeLines';

/** A table of the flows as Markdown. */
export function markdownGuarantees(flows: readonly FlowGuarantee[]): string {
  return [
    '# What each flow gives', '', countWords(flows.map(promiseOf)), '', legend, '',
    row(columns), row(columns.map(() => '---')), ...flows.map((one) => row(cellsOf(one).map(plain))), '',
  ].join('\n');
}

/** The whole story of one flow as Markdown. */
export function markdownStory(guarantee: FlowGuarantee, place: PlaceOf): string {
  const { flow, hazards: found } = guarantee;
  return [
    `# ${plain(flowTitle(flow))}`, '', plain(guaranteeWords(guarantee)),
    ...(breaksPromise(guarantee) ? ['', plain(`To keep the promise: ${repairWords(guarantee)}.`)] : []),
    ...hazards.flatMap((hazard) => [
      '', `## ${plain(hazardTitle(guarantee, hazard))}`,
      ...list(found[hazard].trace.map((step, i) => `${i + 1}. ${plain(step.text)}`)),
    ]),
    ...settingGroups(guarantee).flatMap(({ title, settings }) => [
      '', `## ${plain(title)}`,
      ...list(settings.map((one) => {
        const at = one.setting.from === 'declared' ? place(one.setting.at) : undefined;
        return `- ${plain(settingWords(one))}${at === undefined ? '' : at.href === undefined ? ` ${plain(at.label)}` : ` [${plain(at.label)}](${at.href})`}`;
      })),
    ]),
    '',
  ].join('\n');
}

function list(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...lines.map((line) => line.replace(/\s*[\r\n]+\s*/g, ' '))];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replace(/\s*[\r\n]+\s*/g, ' ')).join(' | ')} |`;
}
