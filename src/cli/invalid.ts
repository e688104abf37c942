import { consumersOfContract } from '../contracts/use';
import type { Problem } from '../text/problem';
import type { SourceFile } from '../text/sourceFile';
import { readFiles } from '../workspace/read';
import type { OpenBaseline } from './against';
import { namesOf, relatedOf } from './broken';
import type { CompatProblem } from './formats/compat';
import type { Loaded } from './load';

/** Files that no program takes as they are now, and did before. */
export interface Invalid {
  readonly problems: readonly CompatProblem[];
  /** Paths of those that are only read in part: comparing them would tell of much that is only not written yet. */
  readonly unread: ReadonlySet<string>;
}

/** Contract files and documents that are half typed, or say what their format forbids, while they were whole before. */
export function invalidFiles(loaded: Loaded, baseline: OpenBaseline): Invalid {
  const { snapshot, places } = loaded;
  const problems: CompatProblem[] = [];
  const unread = new Set<string>();
  const ids = new Map([...snapshot.model.files.values()].map(({ id, path }) => [path, id]));
  for (const one of baseline.files) {
    const id = ids.get(one.path);
    const now = id === undefined ? undefined : snapshot.file(id);
    const errors = now === undefined || now.file.text === one.file.text ? [] : errorsIn(now.read.result.problems);
    const [first] = errors;
    if (now === undefined || first === undefined || errorsOf(one.file).length > 0) continue;
    if (errors.some(({ code }) => code.startsWith('syntax/'))) unread.add(one.path);
    const consumers = snapshot.model.contracts.filter(({ extent }) => extent.file === now.file.id)
      .flatMap((contract) => consumersOfContract(snapshot.model, contract));
    const name = loaded.name(now.file.id);
    problems.push({
      check: 'CONTRACT_INVALID', severity: 'error', contract: one.contracts.find(({ nested }) => nested !== true)?.name.value ?? name,
      message: `${name} is no valid contract any more: programs that load it refuse it, and so do schema registries. ${first.message}${errors.length === 1 ? '' : ` (And ${errors.length - 1} more.)`}`
        + `${unread.has(one.path) ? ' What else has changed can be told once this is mended.' : ''}`,
      ...places.of(first.at), consumers: namesOf(consumers), related: relatedOf(loaded, consumers),
    });
  }
  return { problems, unread };
}

/** Not what a document says of others: their files may be elsewhere. */
function errorsIn(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ code, severity }) => severity === 'error' && /^(syntax|proto|avro)\//.test(code));
}

function errorsOf(file: SourceFile): readonly Problem[] {
  return errorsIn(readFiles([file]).flatMap(({ result }) => result.problems));
}
