import { channelWords } from '../../lint/words';
import type { Answer } from '../checklist';
import { byFault, together, type Point, type PointContext } from '../context';
import { legsOf, type Leg } from '../legs';
import { schemaOf } from './schema';

/**
 * Who is upgraded first under which mode.
 * @see https://docs.confluent.io/platform/current/schema-registry/fundamentals/schema-evolution.html
 */
const orders: Readonly<Record<string, string>> = {
  backward: 'consumers are upgraded first', forward: 'producers are upgraded first', full: 'either side may be upgraded first',
};

/** It is settled what a new version of the schema may change, and who is upgraded first. */
export const evolutionPoint: Point = (context) => together(legsOf(context.guarantee.flow).map((leg) => ofLeg(context, leg)));

function ofLeg({ faults }: PointContext, leg: Leg): Answer {
  const found = schemaOf(leg);
  const schema = found?.use.schema;
  if (found === undefined || schema === undefined) {
    const channel = found?.channel ?? leg.channels[0];
    return {
      status: 'unknown', at: channel?.at ?? leg.publish.at,
      evidence: `Without a schema, nothing says what may change in the messages of ${channel === undefined ? 'the flow' : channelWords(channel)}.`,
      next: 'Name a schema with versions and a compatibility mode.',
    };
  }
  const fault = [
    ...[schema.source, ...schema.versions].map((one) => one?.contract && faults.within(one.contract.extent, 'schema/incompatible')),
    ...[leg.consume, leg.publish].map((edge) => faults.at(edge, 'schema/upgrade-order')),
  ].find((problem) => problem?.severity === 'error');
  if (fault !== undefined) return byFault(fault);
  const { compatibility } = schema.fact;
  if (compatibility === undefined) {
    const registry = found.channel.broker?.registry;
    const elsewhere = registry === undefined ? '' : ` The registry ${registry.value} has one for it; which is in no file.`;
    return {
      status: 'unknown', at: schema.fact.name.at, evidence: `${schema.name} states no compatibility mode.${elsewhere}`,
      next: `State it on the schema ${schema.name} (compatibility: backward-transitive).`,
    };
  }
  const mode = compatibility.value.toLowerCase().replaceAll('_', '-');
  if (mode === 'none') {
    return { status: 'not-met', evidence: `${schema.name} has compatibility none: any change may be made.`, at: compatibility.at, next: 'Choose a mode (backward-transitive).' };
  }
  const order = orders[mode.replace(/-transitive$/, '')];
  if (order === undefined) {
    return { status: 'unknown', evidence: `${schema.name} has compatibility ${compatibility.value}, a mode that is not known.`, at: compatibility.at, next: 'Choose backward, forward or full, transitive or not.' };
  }
  if (schema.versions.length === 0) {
    return { status: 'not-met', evidence: `${schema.name} has compatibility ${mode}, but no versions to compare.`, at: compatibility.at, next: `Give ${schema.name} versions.` };
  }
  return { status: 'met', evidence: `${schema.name} is kept ${mode}: ${order}.`, at: compatibility.at };
}
