import { flowTitle } from '../delivery/guaranteeWords';
import type { SourceRange } from '../text/range';
import { statusWords, titleOf, type Checklist, type FlowChecklist, type PointAnswer, type Status } from './checklist';
import { guaranteeWords, statusSigns, summaryWords } from './words';

export type Style = 'green' | 'red' | 'yellow' | 'bold' | 'cyan' | 'dim';
/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

const styles: Readonly<Record<Status, Style>> = { met: 'green', 'not-met': 'red', unknown: 'yellow' };

/** The checklist as lines for a terminal: each flow with its points, then the whole. */
export function checklistPretty(checklist: Checklist, place: (at: SourceRange) => string, paint: Paint): string {
  if (checklist.flows.length === 0) return `${checklist.whole[0]?.evidence ?? ''}\n`;
  const width = Math.max(...checklist.whole.map((one) => titleOf(one.id).length));
  const whole = checklist.whole.map((one) => {
    const count = `${one.counts.met} met, ${one.counts['not-met']} not met, ${one.counts.unknown} unknown`;
    return `  ${head(one, paint)} ${titleOf(one.id).padEnd(width)}  ${paint('dim', count)}`;
  });
  const blocks = checklist.flows.map((flow) => flowLines(flow, place, paint));
  return `${[...blocks, [paint('bold', summaryWords(checklist)), ...whole]].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function flowLines({ guarantee, answers }: FlowChecklist, place: (at: SourceRange) => string, paint: Paint): string[] {
  return [
    paint('bold', flowTitle(guarantee.flow)), `  ${guaranteeWords(guarantee)}`,
    ...answers.flatMap((one) => [
      `  ${head(one, paint)} ${titleOf(one.id)}`,
      `      ${one.evidence}${one.at === undefined ? '' : ` ${paint('cyan', place(one.at))}`}`,
      ...(one.next === undefined ? [] : [`      ${paint('dim', `→ ${one.next}`)}`]),
    ]),
  ];
}

function head({ status }: PointAnswer, paint: Paint): string {
  return paint(styles[status], `${statusSigns[status]} ${statusWords(status).padEnd('not met'.length)}`);
}
