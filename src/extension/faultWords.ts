import type { FaultCount } from '../protocol/tail';

const count = new Intl.NumberFormat('en-US');

/** `3 of the last 1,000 messages on orders.placed lack order_id, which OrderPlaced@2 requires.` */
export function faultSentence({ channel, contract, version, verdict, path, reason, count: faulty, of }: FaultCount): string {
  const name = version === undefined ? contract : `${contract}@${version}`;
  const many = of === 1 ? `The only message on ${channel}` : `${count.format(faulty)} of the last ${count.format(of)} messages on ${channel}`;
  const isOne = faulty === 1;
  if (verdict === 'undecodable') return `${many} cannot be decoded by ${name}: ${ended(reason)}`;
  const where = path === '' ? '' : ` at ${path}`;
  const absent = LACKS.exec(reason)?.[1];
  return absent === undefined
    ? `${many} ${isOne ? 'violates' : 'violate'} ${name}${where}: ${ended(reason)}`
    : `${many} ${isOne ? 'lacks' : 'lack'} ${absent}${where}, which ${name} requires.`;
}

/** How decoders say that a property or field is absent. */
const LACKS = /^has no (.+), which is required$/;

function ended(sentence: string): string {
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}

/** The same for a fault however often it was seen. */
export function faultKey({ channel, contract, version, verdict, path, reason }: FaultCount): string {
  return JSON.stringify([channel, contract, version, verdict, path, reason]);
}
