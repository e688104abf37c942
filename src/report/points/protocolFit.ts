import type { Channel, Consume, Publish } from '../../model/model';
import type { Needs } from '../../model/settings';
import { valueWords } from '../../model/settingWords';
import { listWords } from '../../lint/words';
import type { SourceRange } from '../../text/range';
import { byFault, type Point } from '../context';
import { legsOf } from '../legs';

/** What the flow needs is something that its kind of channel can give. */
export const protocolFitPoint: Point = ({ guarantee, faults, isOff }) => {
  const parts = legsOf(guarantee.flow).flatMap(({ publish, channels, consume }) => [publish, ...channels, consume]);
  const found = parts.flatMap((part) => faults.at(part, 'fit/', ...(part.settings.needs?.ordering === undefined ? [] : ['ordering/'])) ?? []);
  const fault = found.find(({ severity }) => severity === 'error') ?? found[0];
  if (fault !== undefined) return byFault(fault);
  const needs = parts.flatMap((part) => (part.settings.needs === undefined ? [] : said(part.settings.needs)));
  const first = needs[0];
  if (first === undefined) {
    return {
      status: 'unknown', at: guarantee.flow.consume.at, evidence: 'Nobody says what the flow needs besides delivery.',
      next: 'State it on a channel, a publish or a consume (needs: { throughput: …, replay: …, offline: … }).',
    };
  }
  const words = listWords([...new Set(needs.map((need) => need.words))]);
  const unchecked = needs.find(({ rule, at }) => isOff?.(rule, at) === true);
  if (unchecked !== undefined) {
    return { status: 'unknown', evidence: `It needs ${words}; whether it gets it is not looked at, as the rule ${unchecked.rule} is off.`, at: unchecked.at, next: `Switch ${unchecked.rule} on.` };
  }
  const protocols = [...new Set(parts.flatMap((part) => protocolOf(part)))];
  const over = protocols.length === 0 ? 'its channels' : listWords(protocols);
  return { status: 'met', evidence: `It needs ${words}; no setting and no limit of ${over} that is known speaks against it.`, at: first.at };
};

/** What can be needed, with the rule that compares it with what there is. */
const rules = {
  throughput: 'fit/throughput', latency: 'fit/latency', replay: 'fit/replay', ordering: 'fit/ordering', offline: 'fit/offline',
  durability: 'fit/durability', messageSize: 'fit/message-size',
} as const;

interface Said {
  readonly words: string;
  readonly rule: string;
  readonly at: SourceRange;
}

function said(needs: Needs): Said[] {
  return (Object.keys(rules) as (keyof typeof rules)[]).flatMap((key) => {
    const need = needs[key];
    return need === undefined ? [] : [{ words: `${key} ${valueWords(key, need.value)}`, rule: rules[key], at: need.at }];
  });
}

const names: Readonly<Record<string, string>> = { kafka: 'Kafka', rabbitmq: 'RabbitMQ', mqtt: 'MQTT', nats: 'NATS' };

function protocolOf({ protocol }: Publish | Consume | Channel): string[] {
  return protocol === undefined ? [] : [names[protocol] ?? protocol];
}
