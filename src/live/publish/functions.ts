import type { BrokerSession } from '../../brokers/driver';
import { drivers } from '../../brokers/index';
import type { Redrive } from '../../brokers/publish';
import type { DriverServices } from '../../brokers/services';
import type { Decoder } from '../../codecs/decoded';
import { decoderFor } from '../../codecs/decoder';
import { encoderFor, type Encoder } from '../../codecs/encoder';
import type { LivePublishFunctions, PublishProgress, PublishTarget, RedriveMoved, RedriveTo } from '../../protocol/publish';
import type { TailContract } from '../../protocol/tail';
import { withSession } from '../withSession';
import { draftOf, writeDraft } from './draft';
import { outgoing, runJob, type HeldMessages } from './job';
import { moveUnseen, redriveRow } from './redriveUnseen';

/** What publishing needs of a running tail. */
export interface PublishableTail extends HeldMessages {
  /** What reads a message's value, and with which contract. */
  decoderOf(seq: number): Decoder | undefined;
}

interface OpenRedrive {
  readonly session: BrokerSession;
  readonly redrive: Redrive;
  readonly decoder: Decoder;
  readonly held: Map<string, Awaited<ReturnType<Redrive['read']>>[number]>;
  /** Ends a run of messages that are moved unseen after the one that is on its way. */
  readonly ending: AbortController;
  run?: Promise<unknown>;
}

const CONNECT_WITHIN = 30_000;
const READ_WITHIN = 15_000;

/** The worker's functions that write. They write what they are told to: the host has asked before. */
export function publishFunctions(
  services: DriverServices,
  tail: (id: string) => PublishableTail | undefined,
  onPublishing: (id: string, progress: PublishProgress) => void,
): LivePublishFunctions & { endAllPublishing(): Promise<void> } {
  const jobs = new Map<string, { readonly abort: AbortController; readonly ended: Promise<void> }>();
  const redrives = new Map<string, OpenRedrive>();
  const connect = ({ protocol, connect: options }: PublishTarget, signal: AbortSignal): Promise<BrokerSession> =>
    drivers[protocol](services).connect(options, signal);
  const redriveOf = (id: string): OpenRedrive => {
    const open = redrives.get(id);
    if (!open) throw new Error('The redrive was ended.');
    return open;
  };
  const close = async (id: string): Promise<void> => {
    const open = redrives.get(id);
    redrives.delete(id);
    open?.ending.abort();
    await open?.run?.catch(() => {});
    await open?.redrive.close().catch((error: unknown) => services.log('warn', `Ending a redrive: ${String(error)}`));
    await open?.session.close();
  };
  // The types say what the other side gets; every answer may as well be a promise of it.
  return {
    planPublish: (({ protocol, connect: options, target }: PublishTarget) =>
      withSession(services, protocol, options, async (session, signal) =>
        session.planPublish
          ? session.planPublish(target, signal)
          : { verdict: 'refused', effects: [], reason: `${session.about} cannot be written to.` },
      )) as never,
    checkDraft: (async (draft: Parameters<typeof writeDraft>[0], contract: TailContract | undefined) => {
      const result = writeDraft(draft, await encoderIf(contract));
      if ('problems' in result) return { bytes: 0, problems: result.problems };
      return { bytes: result.message.value?.length ?? 0, problems: [] };
    }) as never,
    sampleValue: (async (contract: TailContract, seed: number) =>
      JSON.stringify((await encoderFor(contract)).sample(seed), null, 2)) as never,
    draftOf: (async (id: string, seq: number) => {
      const message = tail(id)?.message(seq);
      if (!message) throw new Error('The message has fallen out of the tail’s buffer.');
      const decoder = tail(id)?.decoderOf(seq);
      return draftOf(message, decoder, await encoderIf(decoder?.contract));
    }) as never,
    publish: (id, job) => {
      jobs.get(id)?.abort.abort();
      const abort = new AbortController();
      const held = job.source.is === 'tail' ? tail(job.source.tail) : undefined;
      const started = {
        abort,
        ended: runJob(
          job,
          { connect: (signal) => connect(job, signal), encoder: () => encoderIf(job.contract), held },
          (progress) => onPublishing(id, progress),
          abort.signal,
        ).finally(() => {
          if (jobs.get(id) === started) jobs.delete(id);
        }),
      };
      jobs.set(id, started);
    },
    cancelPublish: (async (id: string) => {
      const job = jobs.get(id);
      job?.abort.abort();
      await job?.ended;
    }) as never,
    openRedrive: (async (id: string, from: PublishTarget) => {
      await close(id);
      const signal = AbortSignal.timeout(CONNECT_WITHIN);
      const session = await connect(from, signal);
      try {
        if (!session.redrive) throw new Error(`${session.about} keeps no dead letters that could be given back.`);
        const redrive = await session.redrive(from.target, signal);
        redrives.set(id, {
          session, redrive, decoder: await decoderFor(from.contract), held: new Map(), ending: new AbortController(),
        });
        const { effects, unseen } = redrive;
        return {
          about: session.about,
          effects,
          ...(unseen ? { unseen: { effects: unseen.effects, ...(unseen.onlyWay === undefined ? {} : { onlyWay: unseen.onlyWay }) } } : {}),
        };
      } catch (error) {
        await session.close();
        throw error;
      }
    }) as never,
    readRedrive: (async (id: string, count: number) => {
      const { redrive, decoder, held } = redriveOf(id);
      const messages = await redrive.read(count, AbortSignal.timeout(READ_WITHIN));
      for (const one of messages) held.set(one.id, one);
      return messages.map((one, n) => redriveRow(held.size - messages.length + n, one, decoder));
    }) as never,
    moveRedrive: (async (id: string, moves: Parameters<LivePublishFunctions['moveRedrive']>[1]) => {
      const { redrive, held } = redriveOf(id);
      const moved: RedriveMoved[] = [];
      for (const { id: name, to } of moves) {
        try {
          const one = held.get(name);
          if (!one) throw new Error('It was moved already, or is not held any more.');
          const { removed, note } = await redrive.move(name, to, outgoing(one.message));
          held.delete(name);
          moved.push({ id: name, is: 'moved', removed, ...(note !== undefined ? { note } : {}) });
        } catch (error) {
          moved.push({ id: name, is: 'failed', reason: error instanceof Error ? error.message : String(error) });
          break;
        }
      }
      return moved;
    }) as never,
    moveRedriveUnseen: (async (id: string, count: number, to: RedriveTo | undefined) => {
      const open = redriveOf(id);
      const run = moveUnseen(open.redrive, open.decoder, count, to, open.ending.signal);
      open.run = run;
      return await run;
    }) as never,
    closeRedrive: ((id: string) => close(id)) as never,
    endAllPublishing: async () => {
      for (const { abort } of jobs.values()) abort.abort();
      await Promise.all([...[...jobs.values()].map((job) => job.ended), ...[...redrives.keys()].map(close)]);
    },
  };
}

async function encoderIf(contract: TailContract | undefined): Promise<Encoder | undefined> {
  return contract && encoderFor(contract);
}
