import type { Severity } from '../text/problem';

/** One way in which files and a broker can differ: what its page and its problems are made of. */
export interface DriftKind {
  readonly severity: Severity;
  readonly summary: string;
  readonly why: string;
  /** What a problem reads like. */
  readonly example: string;
  /** What the fix does to the file; absent where there is none. */
  readonly fix?: string;
}

export type DriftCode =
  | 'drift/missing-channel' | 'drift/unknown-channel' | 'drift/setting' | 'drift/unsaid-setting' | 'drift/subjects'
  | 'drift/binding' | 'drift/dead-letter' | 'drift/alternate-exchange' | 'drift/stream-source'
  | 'drift/missing-consumer' | 'drift/unknown-consumer' | 'drift/registry' | 'drift/unknown-subject';

/** By code, in the order of their pages. Severities are defaults: a configuration may set others. */
export const driftKinds: Readonly<Record<DriftCode, DriftKind>> = {
  'drift/missing-channel': {
    severity: 'error',
    summary: 'A file declares a channel that is not on the broker.',
    why: 'Who publishes to it fails, or makes it with the broker’s defaults where the broker creates topics by themselves. Channels '
      + 'that the user’s rights hide are asked for one by one and never called missing; exclusive and auto-deleted queues come and go.',
    example: 'Topic orders.placed is declared on events, and it is not there.',
    fix: 'Takes the declaration out of the file. It is not applied unseen.',
  },
  'drift/unknown-channel': {
    severity: 'info',
    summary: 'A channel is on the broker that no file knows.',
    why: 'Nothing is checked of it, the graph does not show it, and nobody can tell from the files whether it may be deleted.',
    example: 'Topic payments.old is on events, and no file says so.',
    fix: 'Adds the channel to the flow file, with its settings.',
  },
  'drift/setting': {
    severity: 'warning',
    summary: 'A setting is not what the file says, or was set on the broker and no file says it.',
    why: 'Guarantees, problems and repairs are reckoned from the files. Values are compared by what they mean: 7d is 604800000, and a '
      + 'broker’s default is no difference where a file says the same or nothing.',
    example: 'orders.placed: the file says retention 7d, and events has 1d (retention.ms=86400000).',
    fix: 'Writes the broker’s value into the file.',
  },
  'drift/unsaid-setting': {
    severity: 'info',
    summary: 'The files leave settings out, and the broker’s are not those that are assumed then.',
    why: 'What a file does not say is reckoned with by the defaults of the broker’s version. This broker has others.',
    example: 'No file says partitions (12 on events; 1 is assumed) of topic orders.placed.',
    fix: 'Writes the settings into the file.',
  },
  'drift/subjects': {
    severity: 'warning',
    summary: 'A stream takes in other subjects than the file says.',
    why: 'A message on a subject that no stream takes in is not stored: its publisher gets no acknowledgement, and nobody can read it later.',
    example: 'Stream ORDERS does not take in orders.cancelled, as the file says.',
    fix: 'Writes the stream’s subjects into the file.',
  },
  'drift/binding': {
    severity: 'error',
    summary: 'A binding of the file is not on the broker, or the broker has one that no file knows.',
    why: 'Without its binding a message does not reach the queue: it is dropped, or returned where the publisher asks for that. By one '
      + 'more binding a queue gets messages that its consumers may not expect; that is a warning.',
    example: 'The file binds queue mail.receipts to exchange mail with receipt.*, and work has no such binding.',
    fix: 'Adds a binding to the file. One that is missing on the broker is taken out of it only by hand.',
  },
  'drift/dead-letter': {
    severity: 'error',
    summary: 'Dead letters go elsewhere than the file says, or nowhere.',
    why: 'What fails or expires is dropped where no dead-letter exchange is in force, by an argument or a policy. Where the broker has '
      + 'one that no file says, it is a warning.',
    example: 'The file sends dead letters of mail.receipts to mail.dead, and on work they are dropped.',
    fix: 'Writes where dead letters go.',
  },
  'drift/alternate-exchange': {
    severity: 'error',
    summary: 'Messages that no binding takes go elsewhere than the file says, or nowhere.',
    why: 'An exchange without an alternate one drops what it cannot route.',
    example: 'The file gives exchange mail the alternate exchange unrouted, and on work it has none.',
    fix: 'Writes the alternate exchange.',
  },
  'drift/stream-source': {
    severity: 'error',
    summary: 'A stream is not filled from the streams that the file says.',
    why: 'A mirror or source that is not configured copies nothing.',
    example: 'The file fills stream ALL from stream ORDERS, and stock does not.',
  },
  'drift/missing-consumer': {
    severity: 'info',
    summary: 'The broker does not know a group or durable consumer that the file names.',
    why: 'It has never read the channel, or its offsets have expired: then it begins anew where its settings say, and may skip messages '
      + 'or read them again. A durable consumer of JetStream that is not there keeps nothing for its program; that is a warning.',
    example: 'billing reads topic orders.placed as group billing, which events does not know.',
  },
  'drift/unknown-consumer': {
    severity: 'info',
    summary: 'Somebody reads a channel on the broker, and no file says who.',
    why: 'A reader that no file shows is forgotten when the channel or its contract changes.',
    example: 'Group audit reads topic orders.placed on events, and no file knows it.',
    fix: 'Adds a service of that name to the flow file.',
  },
  'drift/registry': {
    severity: 'info',
    summary: 'The schema registry holds something else than the files.',
    why: 'Who decodes by the registry reads by other rules than those that are checked here. How much a difference counts is told at it.',
    example: 'Version 3 of subject orders-value is in no file here as it is registered.',
  },
  'drift/unknown-subject': {
    severity: 'info',
    summary: 'The schema registry has a subject that belongs to no contract here.',
    why: 'Its schemas are not checked, and nobody here would notice that they change.',
    example: 'Subject payments-value of the registry belongs to no contract here.',
  },
};
