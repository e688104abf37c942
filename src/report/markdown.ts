import { flowTitle } from '../delivery/guaranteeWords';
import { plain } from '../text/markdown';
import type { SourceRange } from '../text/range';
import { numberedTitle, points, statusWords, titleOf, type Answer, type Checklist, type FlowChecklist, type PointAnswer } from './checklist';
import { guaranteeWords, statusSigns, summaryWords, unknownNote, type PlaceOf } from './words';

/**
 * The checklist as Markdown: a table of the whole, then a section a flow. Links lead to the places.
 * @param shown the flows that get a section; all of them by default.
 */
export function checklistMarkdown(checklist: Checklist, place: PlaceOf, shown: readonly FlowChecklist[] = checklist.flows): string {
  const left = checklist.flows.length - shown.length;
  const lines = [
    '# Reliability checklist', '', summaryWords(checklist), '', unknownNote, '',
    '| point | status | flows met | evidence | place |',
    '| --- | --- | --- | --- | --- |',
    ...checklist.whole.map((one) =>
      row(numberedTitle(one.id), status(one), `${one.counts.met} of ${checklist.flows.length}`, words(one), link(one.at, place))),
    ...(left > 0 ? ['', `${left} more ${left === 1 ? 'flow has' : 'flows have'} no section here; \`tailrace report\` writes all of them.`] : []),
    ...overview(shown),
    ...shown.flatMap((flow) => section(flow, place)),
    '',
  ];
  return lines.join('\n');
}

/** All flows at a glance: a sign a point. */
function overview(flows: readonly FlowChecklist[]): string[] {
  if (flows.length < 2) return [];
  return [
    '', row('flow', ...points.map((_, i) => String(i + 1))), row('---', ...points.map(() => ':-:')),
    ...flows.map(({ guarantee, answers }) => row(plain(flowTitle(guarantee.flow)), ...answers.map((one) => statusSigns[one.status]))),
  ];
}

function section({ guarantee, answers }: FlowChecklist, place: PlaceOf): string[] {
  return [
    '', `## ${plain(flowTitle(guarantee.flow))}`, '', plain(guaranteeWords(guarantee)), '',
    '| point | status | evidence | place |',
    '| --- | --- | --- | --- |',
    ...answers.map((one) => row(titleOf(one.id), status(one), words(one), link(one.at, place))),
  ];
}

function status(answer: PointAnswer): string {
  // Narrow columns would break it in two.
  return `${statusSigns[answer.status]} ${statusWords(answer.status)}`.replaceAll(' ', '\u00a0');
}

function words({ evidence, next }: Answer): string {
  return next === undefined ? plain(evidence) : `${plain(evidence)}<br>→ ${plain(next)}`;
}

function link(at: SourceRange | undefined, place: PlaceOf): string {
  if (at === undefined) return '';
  const { label, href } = place(at);
  return href === undefined ? plain(label) : `[${plain(label)}](${href})`;
}

/** A line break would end the row. */
function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replace(/\s*[\r\n]+\s*/g, ' ')).join(' | ')} |`;
}
