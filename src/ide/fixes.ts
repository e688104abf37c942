import type { FlowGuarantee } from '../delivery/guarantee';
import { breaksPromise, compareGuarantees, flowTitle } from '../delivery/guaranteeWords';
import type { Fix, Problem, TextEdit } from '../text/problem';
import type { SourceFile } from '../text/sourceFile';
import type { Ide } from './context';
import { newVersionActions } from './contracts/newVersion';
import { ignoreActions } from './ignore';

/** A change that an editor offers. */
export interface Action {
  readonly title: string;
  readonly kind: 'quick-fix' | 'fix-all';
  readonly edits: readonly TextEdit[];
  /** The problem that it mends or silences. */
  readonly problem?: Problem;
  /** The one that "fix this" without asking means. */
  readonly preferred: boolean;
  /** A file that is not there yet and that the edits write to, by its path. */
  readonly creates?: string;
  /** The id of a flow that it explains, instead of changing something. */
  readonly explains?: string;
}

/** What can be done about the problems at a stretch of text. */
export function quickFixes(ide: Ide, file: SourceFile, start: number, end: number): readonly Action[] {
  const problems = ide.problems(file.id);
  const here = problems.filter((p) => p.at.start <= end && start <= p.at.end);
  const fixes = here.flatMap((problem) =>
    (problem.fixes ?? []).map((fix, i): Action => ({
      title: fix.title,
      kind: 'quick-fix',
      edits: fix.edits,
      problem,
      preferred: i === 0 && fix.safe,
    })),
  );
  const codes = [...new Set(here.map((p) => p.code))];
  const versions = here.flatMap((p) => newVersionActions(ide, file, p));
  const ignores = here.flatMap((p) => ignoreActions(ide, file, p));
  return distinct([...fixes, ...codes.flatMap((code) => fixAllOf(problems, code)), ...explanations(ide, here), ...versions, ...ignores]);
}

/** Of a promise that the settings do not keep: how it is broken, told step by step. */
function explanations(ide: Ide, problems: readonly Problem[]): readonly Action[] {
  if (ide.explainLink === undefined) return [];
  return problems.flatMap((problem): Action[] => {
    if (problem.code !== 'delivery/declared-exceeds-derived') return [];
    const { file, start } = problem.at;
    const isMeant = ({ declared }: FlowGuarantee): boolean => declared?.by?.at.file === file && declared.by.at.start === start;
    const worst = ide.guarantees().filter((one) => isMeant(one) && breaksPromise(one)).sort(compareGuarantees)[0];
    return worst === undefined ? [] : [{
      title: `Explain how ${flowTitle(worst.flow)} breaks`, kind: 'quick-fix', edits: [], problem, preferred: false, explains: worst.flow.id,
    }];
  });
}

/** Two problems of a rule on one line are silenced by one comment. */
function distinct(actions: readonly Action[]): readonly Action[] {
  const seen = new Set<string>();
  return actions.filter((action) => {
    const key = JSON.stringify([action.title, action.edits]);
    return !seen.has(key) && seen.add(key);
  });
}

/** All fixes that keep the meaning of everything else, as one change. */
export function fixAll(ide: Ide, file: SourceFile): readonly Action[] {
  const edits = together(ide.problems(file.id).flatMap((p) => p.fixes?.find((fix) => fix.safe) ?? []));
  return edits.length === 0
    ? []
    : [{ title: 'Fix all with safe fixes', kind: 'fix-all', edits, preferred: false }];
}

/** One change for all problems of a code in this file, where there are several that can be mended. */
function fixAllOf(problems: readonly Problem[], code: string): readonly Action[] {
  const mendable = problems.filter((p) => p.code === code && (p.fixes?.length ?? 0) > 0);
  const first = mendable[0];
  if (mendable.length < 2 || first === undefined) return [];
  const edits = together(mendable.flatMap((p) => p.fixes?.[0] ?? []));
  return [
    {
      title: `Fix all ${mendable.length} ${code} problems in this file`,
      kind: 'quick-fix',
      edits,
      problem: first,
      preferred: false,
    },
  ];
}

/** The edits of fixes that can be made at once: of two that touch, the later waits for another time. */
function together(fixes: readonly Fix[]): readonly TextEdit[] {
  const accepted: TextEdit[] = [];
  for (const { edits } of fixes) {
    const fresh = edits.filter((edit) => !accepted.some((other) => same(edit, other)));
    if (fresh.every((edit) => !accepted.some((other) => touches(edit, other)))) accepted.push(...fresh);
  }
  return accepted;
}

function same(a: TextEdit, b: TextEdit): boolean {
  return (
    a.at.file === b.at.file && a.at.start === b.at.start && a.at.end === b.at.end && a.newText === b.newText
  );
}

function touches(a: TextEdit, b: TextEdit): boolean {
  if (a.at.file !== b.at.file) return false;
  return a.at.start === b.at.start || (a.at.start < b.at.end && b.at.start < a.at.end);
}
