import type { ClientId } from '../../delivery/clients';
import { edgeClient, effectiveConsume } from '../../delivery/effective';
import type { Consume } from '../../model/model';
import { edgeWords, reasonOf } from '../../lint/words';
import type { Answer } from '../checklist';
import { placeOf, weakStatus, type PointContext } from '../context';

/**
 * Clients that commit by themselves what the program has finished, once auto-commit is off: a listener container, a
 * connector, a topology or a task.
 */
const committing: ReadonlySet<ClientId> = new Set(['spring-kafka', 'smallrye-kafka', 'kafka-streams', 'kafka-connect']);

/** Clients whose auto-commit takes only what the handler has resolved or marked. */
const resolving: ReadonlySet<ClientId> = new Set(['kafkajs', 'sarama']);

const say = 'Say when it commits (commit: after-processing).';

/** Whether a Kafka consumer commits a record's offset after its work. */
export function ofKafka(context: PointContext, consume: Consume): Answer {
  const edge = edgeWords(consume);
  const { commit, processing } = consume.settings;
  const { autoCommit } = effectiveConsume(consume);
  const isTimed = autoCommit !== undefined && autoCommit.from === 'declared' && autoCommit.value;
  if (commit?.value === 'before-processing') {
    return { status: 'not-met', evidence: `${edge} and commits before the work: what is in work is lost in a crash.`, at: commit.at, next: 'Commit after processing (commit: after-processing).' };
  }
  if (commit !== undefined && isTimed && processing?.value !== 'sync') {
    return {
      status: commit.value === 'transaction' ? 'not-met' : 'unknown', at: autoCommit.at,
      evidence: `${edge} with commit=${commit.value}, and with autoCommit=true: a timer commits as well.`, next: 'Turn auto-commit off.',
    };
  }
  if (commit !== undefined) {
    const when = commit.value === 'transaction' ? 'in the transaction of what it writes' : 'after the work';
    return { status: 'met', evidence: `${edge} and commits ${when}.`, at: commit.at };
  }
  if (consume.settings.shareGroup?.value === true) {
    return { status: 'unknown', evidence: `${edge} in a share group; when it acknowledges a record is said nowhere.`, at: consume.at, next: say };
  }
  if (autoCommit === undefined || autoCommit.from === 'unknown') {
    return { status: 'unknown', evidence: `${edge}; autoCommit is stated nowhere.`, at: consume.at, next: `${say} Or state the client and its version.` };
  }
  if (isOwnLog(consume)) {
    return { status: 'met', evidence: `${edge}, its own log, from the beginning each time it starts: there is no offset to commit.`, at: consume.at };
  }
  return autoCommit.value ? timed(context, consume) : byHand(consume);
}

/**
 * Connect's workers keep what they must know in topics that they write themselves and read whole, and so do Debezium's
 * connectors with the history of their schema.
 */
function isOwnLog(consume: Consume): boolean {
  const { service, channel } = consume;
  return edgeClient(consume)?.id === 'kafka-connect' && channel?.publishes.some((publish) => publish.service === service) === true;
}

/** Without auto-commit the program commits, or the framework that it runs in. */
function byHand(consume: Consume): Answer {
  const edge = edgeWords(consume);
  const client = edgeClient(consume);
  const at = placeOf(consume, effectiveConsume(consume).autoCommit);
  if (client !== undefined && committing.has(client.id) && consume.settings.processing?.value !== 'async') {
    return { status: 'met', evidence: `${edge} without auto-commit: ${client.label} commits what has been processed${client.id.startsWith('kafka-') ? '' : ', unless its code says otherwise'}.`, at };
  }
  return { status: 'unknown', evidence: `${edge} without auto-commit; when it commits is said nowhere.`, at, next: say };
}

function timed(context: PointContext, consume: Consume): Answer {
  const { autoCommit, autoOffsetStore } = effectiveConsume(consume);
  const { processing } = consume.settings;
  const id = edgeClient(consume)?.id;
  const at = placeOf(consume, autoCommit);
  const written = autoCommit?.from === 'declared';
  const why = `${edgeWords(consume)} with auto-commit${written ? '' : ` (not set; ${reasonOf(consume, autoCommit)})`}`;
  if (autoOffsetStore?.from === 'declared' && !autoOffsetStore.value) {
    return { status: 'unknown', evidence: `${why}, of offsets that the program stores itself; when it does is said nowhere.`, at: autoOffsetStore.at, next: say };
  }
  if (processing?.value === 'async') {
    return {
      status: weakStatus(context, autoCommit), at: processing.at, evidence: `${why}, and works asynchronously: offsets are committed before the work is done.`,
      next: 'Turn auto-commit off and commit when the work is done.',
    };
  }
  if (id === 'librdkafka') {
    const status = weakStatus(context, autoCommit) === 'not-met' ? weakStatus(context, autoOffsetStore) : 'unknown';
    return {
      status, at, evidence: `${why}: librdkafka stores an offset when it hands the record over, before the work.`,
      next: 'Turn enable.auto.offset.store off and store offsets after processing, or commit by hand.',
    };
  }
  const isSync = processing?.value === 'sync';
  if (id !== undefined && resolving.has(id)) {
    return isSync
      ? { status: 'met', evidence: `${why}, which takes only what the handler has finished.`, at }
      : { status: 'unknown', evidence: `${why}, which takes only what the handler has finished; whether it awaits its work is said nowhere.`, at, next: 'Say processing: sync, or when it commits (commit: after-processing).' };
  }
  return isSync
    ? { status: 'met', evidence: `${why}, and finishes each batch before it polls again.`, at }
    : { status: 'unknown', evidence: `${why}: right as long as each batch is finished before the next poll, which is said nowhere.`, at, next: 'Say processing: sync, or turn auto-commit off and say commit: after-processing.' };
}
