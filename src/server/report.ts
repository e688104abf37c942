import type { FlowGuarantee } from '../delivery/guarantee';
import type { Place } from '../protocol/common';
import { checklistOf } from '../report/build';
import type { FlowChecklist } from '../report/checklist';
import { checklistMarkdown } from '../report/markdown';
import type { PlaceOf } from '../report/words';
import { linkFrom } from '../text/link';
import type { SourceRange } from '../text/range';
import { pathOfUri } from '../workspace/uri';
import type { Snapshot } from '../workspace/snapshot';

export interface ReportOptions {
  readonly guarantees: readonly FlowGuarantee[];
  readonly place: (at: SourceRange) => Place;
  /** The workspace's folders: places are named from the one that holds them. */
  readonly folders: readonly string[];
  /** The folder in which the answer is written down. */
  readonly from: string;
  readonly exists: (path: string) => boolean;
  readonly isOff: (rule: string, path: string) => boolean;
}

/** A preview of more than these takes seconds to draw, and nobody reads it. */
const most = 200;

/** Those with the most points that are not met, where not all flows are shown; in their own order all the same. */
function worst(flows: readonly FlowChecklist[]): readonly FlowChecklist[] {
  if (flows.length <= most) return flows;
  const faults = ({ answers }: FlowChecklist): number => answers.filter(({ status }) => status === 'not-met').length;
  const chosen = new Set([...flows].sort((a, b) => faults(b) - faults(a)).slice(0, most));
  return flows.filter((flow) => chosen.has(flow));
}

/** The reliability checklist of a workspace as Markdown. */
export function reportMarkdown({ model, problems }: Pick<Snapshot, 'model' | 'problems'>, options: ReportOptions): string {
  const { guarantees, place, folders, from, exists, isOff } = options;
  const shown: PlaceOf = (at) => {
    const { uri, start } = place(at);
    const path = pathOfUri(uri);
    const root = folders.find((folder) => path.startsWith(`${folder}/`));
    const link = linkFrom(from, path);
    return {
      label: `${root === undefined ? path : path.slice(root.length + 1)}:${start.line + 1}`,
      ...(link === undefined ? {} : { href: `${link}#L${start.line + 1}` }),
    };
  };
  const checklist = checklistOf(model, {
    guarantees, problems: [...problems.values()].flat(), exists, isOff: (rule, at) => isOff(rule, model.files.get(at.file)?.path ?? ''),
  });
  return checklistMarkdown(checklist, shown, worst(checklist.flows));
}
