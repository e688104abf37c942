import { compareGuarantees } from '../../delivery/guaranteeWords';
import type { FlowGuarantee } from '../../delivery/guarantee';
import type { Consume, Publish } from '../../model/model';
import type { FileId, SourceRange } from '../../text/range';

/** Where a file says that a service publishes or consumes, and the flows that begin or end there, worst first. */
export interface GuaranteedEdge {
  readonly edge: Publish | Consume;
  /** The channel's name as written; of an AsyncAPI operation its own name. */
  readonly at: SourceRange;
  readonly dialect: string;
  readonly flows: readonly [FlowGuarantee, ...FlowGuarantee[]];
}

type ByEdge = ReadonlyMap<Publish | Consume, readonly FlowGuarantee[]>;

interface Indexed {
  readonly byEdge: ByEdge;
  readonly byFile: ReadonlyMap<FileId, readonly GuaranteedEdge[]>;
}

/** By the guarantees of one model; they are asked for by every open file. */
const known = new WeakMap<readonly FlowGuarantee[], Indexed>();

/** The flows that begin at a publish or end at a consume, the worst first. */
export function flowsAt(guarantees: readonly FlowGuarantee[], edge: Publish | Consume): readonly FlowGuarantee[] {
  return indexed(guarantees).byEdge.get(edge) ?? [];
}

/** The publishes and consumes that a file declares and that a flow begins or ends at, by place. */
export function guaranteedEdges(guarantees: readonly FlowGuarantee[], file: FileId): readonly GuaranteedEdge[] {
  return indexed(guarantees).byFile.get(file) ?? [];
}

function indexed(guarantees: readonly FlowGuarantee[]): Indexed {
  let found = known.get(guarantees);
  if (found === undefined) {
    const byEdge = edgesOf(guarantees);
    known.set(guarantees, (found = { byEdge, byFile: filesOf(byEdge) }));
  }
  return found;
}

function edgesOf(guarantees: readonly FlowGuarantee[]): ByEdge {
  const found = new Map<Publish | Consume, FlowGuarantee[]>();
  const note = (edge: Publish | Consume, guarantee: FlowGuarantee): void => {
    const list = found.get(edge);
    if (list === undefined) found.set(edge, [guarantee]);
    else list.push(guarantee);
  };
  for (const guarantee of guarantees) {
    note(guarantee.flow.publish, guarantee);
    note(guarantee.flow.consume, guarantee);
  }
  for (const list of found.values()) list.sort(compareGuarantees);
  return found;
}

/** Each edge once a file, at the first of its declarations that names the channel. */
function filesOf(byEdge: ByEdge): ReadonlyMap<FileId, readonly GuaranteedEdge[]> {
  const found = new Map<FileId, GuaranteedEdge[]>();
  for (const [edge, flows] of byEdge) {
    const seen = new Set<FileId>();
    for (const { channel, extent, dialect, inferred } of edge.facts) {
      if (channel === undefined || inferred !== undefined) continue;
      // Of an operation, `channel` stands somewhere inside, or is the key around it.
      const at = dialect === 'asyncapi' ? { ...extent, end: extent.start } : channel.name.at;
      const [first, ...rest] = flows;
      if (first === undefined || seen.has(at.file)) continue;
      seen.add(at.file);
      const one: GuaranteedEdge = { edge, at, dialect, flows: [first, ...rest] };
      const list = found.get(at.file);
      if (list === undefined) found.set(at.file, [one]);
      else list.push(one);
    }
  }
  for (const list of found.values()) list.sort((a, b) => a.at.start - b.at.start || (a.edge.kind < b.edge.kind ? 1 : -1));
  return found;
}
