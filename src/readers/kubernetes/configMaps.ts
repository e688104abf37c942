import { resolvePath } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { EmbeddedFile } from '../../model/reader';
import { get, isMap } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { innerText } from '../shared/innerText';
import { brokerProtocol } from './brokers';
import { manifestOf } from './manifest';
import { containersOf, mountedBy, type Pod } from './pods';
import { daprId } from './programs';
import type { Resource, ResourceFacts } from './resource';

/** A key that is a file's name; the others are variables. */
const fileName = /^[\w-][\w.-]*\.[A-Za-z]\w{0,11}$/;

/** The files that a ConfigMap carries, or a Secret in plain text, to be read by their own readers. */
export function configFacts(resource: Resource, all: readonly Resource[]): ResourceFacts {
  const { file, root, kind } = resource;
  const data = get(root, kind === 'ConfigMap' ? 'data' : 'stringData');
  if (!isMap(data)) return { facts: [] };
  const users = usersOf(resource, all);
  const broker = users.find(({ pod }) => containersOf(pod).some((c) => brokerProtocol(pod, c) !== undefined));
  const program = users.find((user) => user !== broker && user.name !== undefined);
  const guess = broker === undefined && program === undefined ? namedAfter(resource) : undefined;
  const embedded = data.entries.flatMap(({ key, value }): EmbeddedFile[] => {
    const name = users.map((user) => user.paths.get(key.text)).find((path) => path !== undefined) ?? key.text;
    const inner = fileName.test(name.slice(name.lastIndexOf('/') + 1)) ? innerText(file, value) : undefined;
    if (inner === undefined) return [];
    return [defined<EmbeddedFile>({
      path: resolvePath(file.path, name), text: inner.text, outer: inner.outer,
      service: program?.name ?? guess?.name, inferred: guess?.inferred, broker: broker?.pod.resource.name,
    })];
  });
  return { facts: [], embedded };
}

const beside = /^config-|-(config|configs|configmap|configuration|cm|settings|properties|files)$/g;

/** A ConfigMap whose workload is in no file at hand is mostly called after it. */
function namedAfter({ kind, name }: Resource): { name: Sourced<string>; inferred: string } | undefined {
  const value = name?.value.replace(beside, '');
  if (name === undefined || value === undefined || !/[A-Za-z]/.test(value)) return undefined;
  return {
    name: { value, at: name.at },
    inferred: 'No workload that mounts it was found, and the file in it names no service; '
      + `it is named after the ${kind}.`,
  };
}

interface User {
  readonly pod: Pod;
  readonly name: Sourced<string> | undefined;
  readonly paths: ReadonlyMap<string, string>;
}

/** The workloads of the same file that mount it; without any, the one of the same name. */
function usersOf(resource: Resource, all: readonly Resource[]): User[] {
  const { users, pods } = manifestOf(all);
  const name = resource.name?.value ?? '';
  const user = (pod: Pod, paths: User['paths']): User => ({ pod, name: daprId(pod) ?? pod.resource.name, paths });
  const mounting = (users.get(`${resource.kind}/${name}`) ?? []).flatMap((pod) => {
    const mounted = mountedBy(pod).find((m) => m.kind === resource.kind && m.name === name);
    return mounted === undefined ? [] : [user(pod, mounted.paths)];
  });
  if (mounting.length > 0) return mounting;
  return (pods.get(name) ?? []).map((pod) => user(pod, new Map()));
}
