import { dirName } from '../text/sourceFile';
import type { FileFacts } from './build';
import type { ConsumeFact, Fact, PublishFact } from './facts';

type Edge = PublishFact | ConsumeFact;

/**
 * Gives programs the channels that a library on their class path configures for them. Quarkus reads the
 * configuration of a program and of its libraries as one: a module of its own says connector and topic of a
 * channel, each program adds its group. Which modules a program is built with no file of ours says, so that
 * this is concluded only where several programs lean on one module that runs nowhere itself: it names no
 * service, no group, and lies in the same project. Such a module is no service then.
 */
export function withLibraries(files: readonly FileFacts[]): readonly FileFacts[] {
  const isBare = (fact: Fact): boolean => isEdge(fact) && fact.binding?.isBare === true;
  const bare = files.filter((file) => file.facts.some(isBare));
  if (bare.length < 2) return files;
  const leaning = new Set(bare);
  const libraries = files.filter((file) => !leaning.has(file) && mayBeLibrary(file));
  const chosen = new Map<FileFacts, FileFacts>();
  const users = new Map<FileFacts, number>();
  for (const program of bare) {
    const fitting = libraries.filter(
      (library) => inOneProject(program, library) && completes(library, program),
    );
    const [only] = fitting;
    if (fitting.length !== 1 || only === undefined) continue;
    chosen.set(program, only);
    users.set(only, (users.get(only) ?? 0) + 1);
  }
  const used = (library: FileFacts): boolean => (users.get(library) ?? 0) > 1;
  return files.map((file) => {
    if (used(file)) {
      return { ...file, facts: file.facts.filter((fact) => !isEdge(fact) && fact.kind !== 'service') };
    }
    const library = chosen.get(file);
    return library !== undefined && used(library) ? { ...file, facts: completed(file, library) } : file;
  });
}

function isEdge(fact: Fact): fact is Edge {
  return fact.kind === 'publish' || fact.kind === 'consume';
}

function edgesOf(file: FileFacts): Edge[] {
  return file.facts.filter(isEdge);
}

function keyOf(edge: Edge): string | undefined {
  return edge.binding && `${edge.kind} ${edge.binding.name}`;
}

/** Nothing in the file says that it runs: no service of its own name, no group, all channels said in full. */
function mayBeLibrary(file: FileFacts): boolean {
  const edges = edgesOf(file);
  return edges.length > 0
    && edges.every((edge) => edge.binding !== undefined && edge.binding.isBare !== true
      && (edge.kind === 'publish' || edge.settings.group === undefined))
    && file.facts.every((fact) => fact.kind !== 'service' || fact.inferred !== undefined);
}

/** True if the library says the address of every channel that the program leaves bare. */
function completes(library: FileFacts, program: FileFacts): boolean {
  const said = new Set(edgesOf(library).map(keyOf));
  return edgesOf(program).every((edge) => edge.binding?.isBare !== true || said.has(keyOf(edge)));
}

/** Modules beside each other, or one in a folder of modules beside the other. */
function inOneProject(a: FileFacts, b: FileFacts): boolean {
  const [one, other] = [dirName(moduleOf(a.path)), dirName(moduleOf(b.path))];
  const inside = (inner: string, outer: string): boolean =>
    inner === outer || (outer !== '' && inner.startsWith(`${outer}/`));
  return inside(one, other) || inside(other, one);
}

/** `/shop/billing` of `/shop/billing/src/main/resources/application.properties`. */
function moduleOf(path: string): string {
  const source = path.indexOf('/src/main/');
  return source < 0 ? dirName(path) : path.slice(0, source);
}

function completed(program: FileFacts, library: FileFacts): Fact[] {
  const shared = edgesOf(library);
  const service = program.facts.find((fact) => fact.kind === 'service')?.name;
  const own = new Set(edgesOf(program).map(keyOf));
  const where = library.path.split('/').slice(-5).join('/');
  const why = `The program's file does not say it; ${where} does, as a library of several programs.`;
  const facts = program.facts.flatMap((fact): Fact[] => {
    if (!isEdge(fact) || fact.binding?.isBare !== true) return [fact];
    return shared.filter((edge) => keyOf(edge) === keyOf(fact)).map((edge) => ({
      ...edge, ...fact, channel: edge.channel, settings: { ...edge.settings, ...fact.settings },
      inferred: why,
    }) as Edge);
  });
  if (service === undefined) return facts;
  const further = shared.filter((edge) => !own.has(keyOf(edge)));
  // A fix for one program must not be written into the file that all share.
  const copies = further.map(({ insert: _, ...edge }) => ({ ...edge, service, inferred: why }) as Edge);
  return [...facts, ...copies];
}
