import { dirName } from '../text/sourceFile';
import type { ServiceFact } from './facts';

/** The service that a declaration under another name belongs to. */
export interface ServiceOwner {
  /** The name that the joined service gets. */
  readonly name: string;
  readonly why: string;
}

interface Placed {
  readonly fact: ServiceFact;
  readonly path: string;
}

/**
 * Finds the declarations that another file's words tie to one service: configuration in the folder that a compose
 * file builds a service from, or in a folder that an image is named after. Nothing is tied where two services
 * claim one folder, or where one folder holds the configuration of two programs.
 */
export function ownersOf(services: readonly Placed[]): ReadonlyMap<ServiceFact, ServiceOwner> {
  const owners = new Map<ServiceFact, ServiceOwner>();
  bySaying(services, owners);
  byFolder(services, owners);
  byModule(services, owners);
  byVariables(services, owners);
  return owners;
}

/** What a flow file says outright. */
function bySaying(services: readonly Placed[], owners: Map<ServiceFact, ServiceOwner>): void {
  const said = new Map<string, ServiceFact>();
  for (const { fact } of services) for (const { value } of fact.aliases ?? []) said.set(value, fact);
  if (said.size === 0) return;
  for (const { fact } of services) {
    const owner = said.get(fact.name.value);
    if (owner === undefined || owner === fact) continue;
    owners.set(fact, { name: owner.name.value, why: `A flow file says that it is ${owner.name.value}.` });
  }
}

function byFolder(services: readonly Placed[], owners: Map<ServiceFact, ServiceOwner>): void {
  const claims = new Map<string, Set<string>>();
  for (const { fact } of services) {
    if (fact.folder === undefined) continue;
    const names = claims.get(fact.folder);
    if (names) names.add(fact.name.value);
    else claims.set(fact.folder, new Set([fact.name.value]));
  }
  if (claims.size === 0) return;
  const inside = new Map<string, Placed[]>();
  for (const one of services) {
    if (one.fact.folder !== undefined || owners.has(one.fact)) continue;
    const folder = innermost(dirName(one.path), claims);
    if (folder === undefined) continue;
    const list = inside.get(folder);
    if (list) list.push(one);
    else inside.set(folder, [one]);
  }
  for (const [folder, programs] of inside) {
    const [runner, ...others] = claims.get(folder) ?? [];
    const names = new Set(programs.map((p) => p.fact.name.value));
    const [own] = names;
    if (runner === undefined || others.length > 0 || names.size > 1 || own === undefined) continue;
    const isNamed = programs.some((p) => p.fact.inferred === undefined);
    const name = isNamed ? own : runner;
    for (const { fact } of programs) owners.set(fact, { name, why: `${runner} is built from the folder of this file.` });
    if (!isNamed) continue;
    for (const { fact } of services) {
      if (fact.folder !== folder || owners.has(fact)) continue;
      owners.set(fact, { name, why: `It is built from the folder of ${own}.` });
    }
  }
}

function innermost(folder: string, claims: ReadonlyMap<string, unknown>): string | undefined {
  for (let current = folder; current !== ''; current = dirName(current)) if (claims.has(current)) return current;
  return undefined;
}

/** `engine`, named after its folder only, is the service whose image is called `notifications-engine`. */
function byModule(services: readonly Placed[], owners: Map<ServiceFact, ServiceOwner>): void {
  const runners = services.filter((s) => s.fact.module !== undefined && !owners.has(s.fact));
  if (runners.length === 0) return;
  for (const { fact } of services) {
    if (fact.inferred === undefined || fact.module !== undefined || owners.has(fact)) continue;
    const name = fact.name.value;
    const fitting = runners.filter(({ fact: { module = '' } }) => module === name || module.endsWith(`-${name}`));
    const names = new Set(fitting.map((s) => s.fact.name.value));
    const [runner] = names;
    if (runner === undefined || names.size > 1) continue;
    const why = `The image of ${runner} is named after the folder of this file.`;
    const guessed = fitting.filter((s) => s.fact.inferred !== undefined);
    // What several compose files run under one name are as many programs.
    if (guessed.length > 1) continue;
    owners.set(fact, { name: runner, why });
    for (const one of guessed) owners.set(one.fact, { name: runner, why });
  }
}

/** Variables that every other program has as well; they tell none from the others. */
const common = /^(SPRING|JAVA|QUARKUS|KAFKA_BOOTSTRAP_SERVERS?$|LOG|TZ$|PORT$|HOST)/;
/** Fewer than this may be chance. */
const leastShared = 4;

/**
 * A compose service that sets the very variables that one program's configuration asks for runs that program, where
 * no other service sets as many of them and no other program asks for as many.
 */
function byVariables(services: readonly Placed[], owners: Map<ServiceFact, ServiceOwner>): void {
  const runners = services.filter((s) => s.fact.variables !== undefined && !owners.has(s.fact));
  const programs = services.filter((s) => (s.fact.placeholders?.length ?? 0) >= leastShared && !owners.has(s.fact));
  if (runners.length === 0 || programs.length === 0) return;
  const best = new Map<Placed, { with: Placed; shared: number; isTied: boolean }>();
  const note = (one: Placed, other: Placed, shared: number): void => {
    const before = best.get(one);
    if (before === undefined || shared > before.shared) best.set(one, { with: other, shared, isTied: false });
    else if (shared === before.shared) before.isTied = true;
  };
  const wanted = new Map<string, Placed[]>();
  for (const program of programs) {
    for (const name of new Set(program.fact.placeholders)) {
      if (common.test(name)) continue;
      const list = wanted.get(name);
      if (list) list.push(program);
      else wanted.set(name, [program]);
    }
  }
  for (const runner of runners) {
    const counts = new Map<Placed, number>();
    for (const name of new Set(runner.fact.variables)) {
      for (const program of wanted.get(name) ?? []) counts.set(program, (counts.get(program) ?? 0) + 1);
    }
    for (const [program, shared] of counts) {
      if (shared < leastShared) continue;
      note(runner, program, shared);
      note(program, runner, shared);
    }
  }
  for (const [program, { with: runner, isTied }] of best) {
    const back = best.get(runner);
    if (!programs.includes(program) || isTied || back?.with !== program || back.isTied) continue;
    const name = program.fact.inferred === undefined || runner.fact.inferred !== undefined
      ? program.fact.name.value : runner.fact.name.value;
    const why = `${runner.fact.name.value} sets the variables that the configuration of ${program.fact.name.value} asks for.`;
    owners.set(program.fact, { name, why });
    owners.set(runner.fact, { name, why });
  }
}
