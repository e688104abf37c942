import type { FlowView, HazardView, TraceStep } from '../../src/protocol/guarantee';
import { doubleWork } from '../support/guarantee';

const hazard = (of: HazardView['hazard'], title: string, faults: HazardView['faults'], words: string, trace: readonly TraceStep[] = [], deciding: readonly string[] = []): HazardView =>
  ({ hazard: of, title, faults, words, trace, deciding });

/** On three copies: the leader acknowledges alone, goes down, and the next leader does not have the message. */
export const lostWithLeader: readonly TraceStep[] = [
  { text: 'checkout sends m1.', kind: 'send', message: 1, from: 0, to: 1, replica: 0 },
  { text: 'The leader of orders.placed appends m1.', kind: 'store', message: 1, from: 0, to: 1, replica: 0 },
  { text: 'The leader acknowledges m1.', kind: 'acknowledge', message: 1, from: 1, to: 0, replica: 0 },
  { text: 'The leader crashes before the followers have what it has.', kind: 'fault', from: 1, to: 1, replica: 0 },
  { text: 'A follower that is in sync becomes the leader and does not have m1.', kind: 'replicate', from: 1, to: 1, replica: 1 },
  { text: 'm1 is gone: billing never works on it to the end.', kind: 'outcome', message: 1, from: 1, to: 2 },
];

/** The explanation of the shop's flow into billing, as the server sends it. */
export const checkoutToBilling: FlowView = {
  id: 'checkout > orders.placed > billing',
  title: 'checkout → orders.placed → billing',
  derived: 'best-effort', declared: 'exactly-once', fallsShort: true,
  verdict: 'best-effort · declared exactly-once ✗',
  elements: [
    'service:checkout', 'publish:checkout>orders.placed', 'channel:orders.placed', 'consume:orders.placed>billing', 'service:billing',
  ],
  stations: [
    { kind: 'publisher', label: 'checkout', element: 'service:checkout', copies: 1 },
    { kind: 'channel', label: 'orders.placed', element: 'channel:orders.placed', copies: 3 },
    { kind: 'consumer', label: 'billing', element: 'service:billing', copies: 1 },
  ],
  hazards: [
    hazard('loss', 'lost', 1, 'by one fault', lostWithLeader, ['0/publish/acks']),
    hazard('duplication', 'processed twice', 1, 'by one fault', doubleWork, ['2/consume/commit']),
    hazard('reordering', 'processed out of order', 2, 'by two faults together', lostWithLeader.slice(0, 2)),
    hazard('blocking', 'blocked', null, 'never within three faults'),
  ],
  decidedBy: 'loss',
  settings: [
    { id: '0/publish/acks', key: 'acks', subject: 'checkout', station: 0, owner: 'publish', value: '1', origin: 'the default of Java client < 3.0, assumed', assumed: true, source: 'https://kafka.apache.org/documentation/#producerconfigs_acks' },
    { id: '0/publish/idempotence', key: 'idempotence', subject: 'checkout', station: 0, owner: 'publish', value: 'false', origin: 'the default of Java client < 3.0, assumed', assumed: true, source: 'https://kafka.apache.org/documentation/' },
    { id: '1/channel/replicas', key: 'replicas', subject: 'topic orders.placed', station: 1, owner: 'channel', value: '3', origin: 'declared', assumed: false, at: place(12) },
    { id: '1/channel/minInsyncReplicas', key: 'minInsyncReplicas', subject: 'topic orders.placed', station: 1, owner: 'channel', value: '1', origin: 'the default of Kafka broker', assumed: false, source: 'https://kafka.apache.org/documentation/' },
    { id: '2/consume/commit', key: 'commit', subject: 'billing', station: 2, owner: 'consume', value: 'after-processing', origin: 'declared', assumed: false, at: place(40) },
    { id: '2/consume/idempotentBy', key: 'idempotentBy', subject: 'billing', station: 2, owner: 'consume', value: 'nothing', origin: 'said nowhere, the weakest is assumed', assumed: true },
  ],
  choices: [
    { id: '0/publish/acks', values: [{ value: '0', words: '0' }, { value: '1', words: '1' }, { value: 'all', words: 'all' }] },
    { id: '0/publish/idempotence', values: [{ value: false, words: 'false' }, { value: true, words: 'true' }] },
    { id: '1/channel/minInsyncReplicas', values: [{ value: 1, words: '1' }, { value: 2, words: '2' }] },
    { id: '2/consume/commit', values: [{ value: 'before-processing', words: 'before-processing' }, { value: 'after-processing', words: 'after-processing' }] },
  ],
  repair: {
    changes: [
      { id: '0/publish/acks', station: 0, owner: 'publish', key: 'acks', value: 'all', subject: 'checkout', words: 'all', cost: 'Each send waits for the in-sync replicas.', needsCode: false },
      { id: '1/channel/minInsyncReplicas', station: 1, owner: 'channel', key: 'minInsyncReplicas', value: 2, subject: 'topic orders.placed', words: '2', needsCode: false },
    ],
  },
  changes: [],
};

/** The same with acks=all: nothing is lost by one fault any longer. */
export const withAcksAll: FlowView = {
  ...checkoutToBilling,
  derived: 'at-least-once', verdict: 'at-least-once · declared exactly-once ✗', decidedBy: 'duplication',
  hazards: checkoutToBilling.hazards.map((one) => (one.hazard === 'loss' ? { ...one, faults: null, words: 'never within three faults', trace: [] } : one)),
  changes: [{ id: '0/publish/acks', station: 0, owner: 'publish', key: 'acks', value: 'all' }],
};

function place(line: number): { uri: string; start: { line: number; character: number }; end: { line: number; character: number } } {
  return { uri: 'file:///shop.flow.yaml', start: { line, character: 4 }, end: { line, character: 9 } };
}
