import { flowTitle } from '../delivery/guaranteeWords';
import { xml } from '../graph/escape';
import type { SourceRange } from '../text/range';
import { numberedTitle, points, statusWords, titleOf, type Answer, type Checklist, type FlowChecklist, type PointAnswer } from './checklist';
import { guaranteeWords, statusSigns, summaryWords, unknownNote, type PlaceOf } from './words';

const style = `
:root { color-scheme: light dark; --line: #d5dae1; --quiet: #5b6675; --met: #1a7f4b; --not-met: #c22f2f; --unknown: #7a6200; --link: #0b5cad; }
@media (prefers-color-scheme: dark) {
  :root { --line: #39434f; --quiet: #9aa7b6; --met: #5fd39a; --not-met: #ff8a80; --unknown: #e2c25a; --link: #78b4ff; }
}
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; margin-bottom: .25rem; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .25rem; overflow-wrap: anywhere; }
p { margin: .25rem 0 1rem; }
.quiet { color: var(--quiet); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--quiet); font-weight: 600; }
th[scope=row] { font-weight: 600; width: 14rem; }
td.status { white-space: nowrap; width: 6.5rem; font-weight: 600; }
td.place { width: 12rem; overflow-wrap: anywhere; }
td.evidence { overflow-wrap: anywhere; }
.met { color: var(--met); } .not-met { color: var(--not-met); } .unknown { color: var(--unknown); }
.overview { width: auto; }
.overview th[scope=row] { width: auto; font-weight: 400; padding-right: 1.5rem; overflow-wrap: anywhere; }
.overview td, .overview thead th + th { text-align: center; min-width: 1.75rem; padding-right: 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
a { color: var(--link); }
.next { color: var(--quiet); display: block; }
@media print { body { max-width: none; margin: 0; } h2, tr { break-inside: avoid; } }
`;

/**
 * The checklist as one HTML file that needs nothing else: no scripts, no handlers, and a policy that allows none.
 * All words of files are text.
 */
export function checklistHtml(checklist: Checklist, place: PlaceOf): string {
  const whole = checklist.whole.map((one) =>
    row(one, numberedTitle(one.id), `<td>${one.counts.met} of ${checklist.flows.length}</td>`, place));
  return `${[
    '<!DOCTYPE html>', '<html lang="en">', '<head>', '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<title>Reliability checklist</title>', `<style>${style}</style>`, '</head>', '<body>',
    '<h1>Reliability checklist</h1>', `<p>${xml(summaryWords(checklist))}</p>`, `<p class="quiet">${xml(unknownNote)}</p>`,
    ...table('<th scope="col">Flows met</th>', whole),
    ...overview(checklist.flows),
    ...checklist.flows.flatMap((flow, i) => section(flow, i, place)),
    '</body>', '</html>',
  ].join('\n')}\n`;
}

/** All flows at a glance: a sign a point, and the way to the flow's section. */
function overview(flows: readonly FlowChecklist[]): string[] {
  if (flows.length < 2) return [];
  const heads = points.map(({ title }, i) => `<th scope="col" title="${xml(title)}">${i + 1}</th>`);
  return [
    '<h2>Flows</h2>', '<table class="overview">', `<thead><tr><th scope="col">Flow</th>${heads.join('')}</tr></thead>`, '<tbody>',
    ...flows.map(({ guarantee, answers }, i) =>
      `<tr><th scope="row"><a href="#flow-${i + 1}">${xml(flowTitle(guarantee.flow))}</a></th>${answers.map(signCell).join('')}</tr>`),
    '</tbody>', '</table>',
  ];
}

function signCell({ id, status }: PointAnswer): string {
  const words = `${titleOf(id)}: ${statusWords(status)}`;
  return `<td class="${status}" title="${xml(words)}"><span aria-hidden="true">${statusSigns[status]}</span><span class="unseen">${statusWords(status)}</span></td>`;
}

function section({ guarantee, answers }: FlowChecklist, index: number, place: PlaceOf): string[] {
  return [
    `<section id="flow-${index + 1}">`, `<h2>${xml(flowTitle(guarantee.flow))}</h2>`, `<p class="quiet">${xml(guaranteeWords(guarantee))}</p>`,
    ...table('', answers.map((one) => row(one, titleOf(one.id), '', place))), '</section>',
  ];
}

function table(column: string, rows: readonly string[]): string[] {
  return [
    '<table>',
    `<thead><tr><th scope="col">Point</th><th scope="col">Status</th>${column}<th scope="col">Evidence</th><th scope="col">Place</th></tr></thead>`,
    '<tbody>', ...rows, '</tbody>', '</table>',
  ];
}

function row(answer: PointAnswer, title: string, between: string, place: PlaceOf): string {
  const status = `<td class="status ${answer.status}"><span aria-hidden="true">${statusSigns[answer.status]}</span> ${statusWords(answer.status)}</td>`;
  return `<tr><th scope="row">${xml(title)}</th>${status}${between}<td class="evidence">${words(answer)}</td><td class="place">${link(answer.at, place)}</td></tr>`;
}

function words({ evidence, next }: Answer): string {
  return next === undefined ? xml(evidence) : `${xml(evidence)} <span class="next">${xml(next)}</span>`;
}

function link(at: SourceRange | undefined, place: PlaceOf): string {
  if (at === undefined) return '';
  const { label, href } = place(at);
  return href === undefined ? xml(label) : `<a href="${xml(href)}">${xml(label)}</a>`;
}
