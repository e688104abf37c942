import type { FlowGuarantee } from '../../delivery/guarantee';
import { breaksPromise, flowTitle, verdictWords } from '../../delivery/guaranteeWords';
import type { SourceFile } from '../../text/sourceFile';
import type { Ide } from '../context';
import { guaranteedEdges } from './edges';

/** Words that an editor shows in a line though they are not in the text. */
export interface Inlay {
  /** The offset behind which it stands: the end of a line. */
  readonly offset: number;
  readonly text: string;
  /** Plain text, a line a flow. */
  readonly tooltip: string;
}

/** Dialects that are written for people to read as flows; elsewhere hints in the text would be in the way. */
const dialects: ReadonlySet<string> = new Set(['flow', 'asyncapi']);

/** More make a tooltip that nobody reads to its end. */
const maxFlows = 8;

/** Behind each publish and consume within a stretch of a file: the guarantee of its flows, of several the weakest. */
export function guaranteeInlays(ide: Ide, file: SourceFile, start = 0, end = file.text.length): readonly Inlay[] {
  const ends = new Set<number>();
  return guaranteedEdges(ide.guarantees(), file.id).flatMap(({ at, dialect, flows }) => {
    if (!dialects.has(dialect) || at.start > end || at.end < start) return [];
    const offset = lineEnd(file.text, at.end);
    // Two of one line would run into each other: the first speaks for it.
    if (ends.has(offset)) return [];
    ends.add(offset);
    return [{ offset, text: inlayText(flows), tooltip: tooltip(flows) }];
  });
}

function inlayText(flows: readonly [FlowGuarantee, ...FlowGuarantee[]]): string {
  return breaksPromise(flows[0]) ? `${flows[0].derived} ✗` : flows[0].derived;
}

function tooltip(flows: readonly FlowGuarantee[]): string {
  const lines = flows.slice(0, maxFlows).map((one) => `${flowTitle(one.flow)}: ${verdictWords(one)}`);
  return [...lines, ...(flows.length > maxFlows ? [`and ${flows.length - maxFlows} more`] : [])].join('\n');
}

function lineEnd(text: string, from: number): number {
  const found = /[\r\n]/.exec(text.slice(from));
  return found === null ? text.length : from + found.index;
}
