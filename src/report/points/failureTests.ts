import type { Service } from '../../model/model';
import { listWords } from '../../lint/words';
import { resolvePath } from '../../text/sourceFile';
import type { Answer } from '../checklist';
import { type Point, type PointContext } from '../context';
import { consumesOf, publishesOf } from '../legs';

/** Somebody has tried what happens when the broker restarts or the connection breaks. */
export const failureTestsPoint: Point = (context) => {
  const services = servicesOf(context);
  const said = services.map((service) => ofService(context, service));
  const wrong = said.find((answer) => answer?.status === 'not-met');
  if (wrong !== undefined) return wrong;
  const silent = services.filter((_, i) => said[i] === undefined);
  const evidence = said.flatMap((answer) => (answer === undefined ? [] : [answer.evidence]));
  const at = said.find((answer) => answer !== undefined)?.at;
  if (silent.length === 0 && at !== undefined) return { status: 'met', evidence: evidence.join(' '), at };
  const names = listWords(silent.map((service) => service.name));
  return {
    status: 'unknown', at: silent[0]?.at,
    evidence: [...evidence, `How ${names} ${silent.length === 1 ? 'is' : 'are'} tested against failures is said nowhere.`].join(' '),
    next: 'Name the tests on the service (failureTests: a path, or a few words).',
  };
};

/** Publisher, services on the way and consumer, each once. */
function servicesOf({ guarantee: { flow } }: PointContext): Service[] {
  return [...new Set([...publishesOf(flow), ...consumesOf(flow)].map((edge) => edge.service))];
}

function ofService({ model, exists }: PointContext, service: Service): Answer | undefined {
  const tests = service.failureTests;
  if (tests === undefined) return undefined;
  const from = model.files.get(tests.at.file)?.path;
  if (isPath(tests.value) && from !== undefined && exists !== undefined && !exists(resolvePath(from, tests.value))) {
    return {
      status: 'not-met', evidence: `${service.name} names its failure tests as ${tests.value}, and there is no such file or folder.`, at: tests.at,
      next: 'Correct the path, or add the tests.',
    };
  }
  return { status: 'met', evidence: `${service.name} names its failure tests: ${tests.value.replace(/\.$/, '')}.`, at: tests.at };
}

/** Words have blanks; an address is looked up by nobody. */
function isPath(text: string): boolean {
  return /^\.{0,2}\/?[\w@.-]+(\/[\w@.-]+)*\/?$/.test(text) && (text.includes('/') || /\.\w+$/.test(text));
}
