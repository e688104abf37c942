import type { SourceFile } from '../../text/sourceFile';
import type { Sourced } from '../../text/range';
import type { Fact } from '../../model/facts';
import type { Protocol } from '../../model/settings';
import { get, isSeq, type SyntaxNode } from '../../syntax/tree';
import { commandFacts } from '../compose/commands';
import { resolveUsual } from '../shared/environmentValues';
import type { Container } from './pods';

/** A container's command line in the words of compose files: `command` is an entry point, `args` a command. */
export function commandedBy({ node }: Container): {
  value(key: string): SyntaxNode | undefined; items(key: string): readonly (SyntaxNode | undefined)[];
} {
  const value = (key: string): SyntaxNode | undefined =>
    (key === 'entrypoint' ? get(node, 'command') : key === 'command' ? get(node, 'args') : undefined);
  return {
    value,
    items: (key) => {
      const list = value(key);
      return isSeq(list) ? list.items : [];
    },
  };
}

/** What a container's tools make, publish or consume: a job that creates topics, a client of a console. */
export function toolFacts(
  file: SourceFile, container: Container, name: Sourced<string> | undefined, dialect: string,
  brokerAt: (protocol: Protocol, address: string) => string | undefined,
): Fact[] {
  const nobody = { value: '', at: container.extent };
  const { value } = commandedBy(container);
  const facts = commandFacts(file, { name: name ?? nobody, resolve: resolveUsual, value },
    (protocol, address) => (address === undefined ? undefined : brokerAt(protocol, address)));
  return facts.filter((fact) => name !== undefined || (fact.kind !== 'publish' && fact.kind !== 'consume'))
    .map((fact) => ({ ...fact, dialect }));
}
