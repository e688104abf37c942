import type { FlowGuarantee } from '../../delivery/guarantee';
import { flowTitle, verdictWords } from '../../delivery/guaranteeWords';
import type { FileId } from '../../text/range';
import type { Ide } from '../context';
import type { Lens } from '../lenses';
import { guaranteedEdges } from './edges';

/** On each consume, where flows end: what they give, and what was declared. Of several the worst one is named. */
export function guaranteeLenses(ide: Ide, file: FileId): readonly Lens[] {
  return guaranteedEdges(ide.guarantees(), file)
    .filter(({ edge }) => edge.kind === 'consume')
    .map(({ edge, at, flows }) => ({
      at,
      title: lensTitle(flows),
      action: 'explain',
      channel: edge.channel?.id ?? '',
      places: [],
      flow: flows[0].flow.id,
    }));
}

function lensTitle([worst, ...others]: readonly [FlowGuarantee, ...FlowGuarantee[]]): string {
  const words = verdictWords(worst);
  if (others.length === 0) return words;
  const all = others.every((other) => verdictWords(other) === words);
  const count = others.length === 1 ? 'both' : `all ${others.length + 1}`;
  return all ? `${words} · ${count} flows` : `${words} · worst of ${others.length + 1}, ${flowTitle(worst.flow)}`;
}
