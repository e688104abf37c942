import { ownFolder } from '../../../scripts/support/owned-folder.mjs';
import { freePorts } from '../../../scripts/support/ports.mjs';
import { until } from '../../../scripts/support/until.mjs';

/** The brokers that tests run for real. */
export type BrokerKind = 'kafka' | 'rabbitmq' | 'mosquitto' | 'nats' | 'registry';

/** Where a broker's program is on this machine. */
export interface Installation {
  readonly kind: BrokerKind;
  readonly version: string;
  readonly command: string;
}

/** A broker of our own on the loopback address, with its data in a temporary folder. */
export interface RunningBroker {
  readonly kind: BrokerKind;
  /** As the protocol's clients take it: `host:port` for Kafka, else `amqp:`, `mqtt:`, `nats:`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** RabbitMQ's management API, NATS's monitoring. */
  readonly adminUrl?: string;
  /** Holds data, configuration and `<kind>.log`. */
  readonly dir: string;
  /** Changes with each restart. */
  readonly pid: number;
  /** Ends it and removes its folder; returns when both are gone. May be called twice. */
  stop(): Promise<void>;
  /** Ends it as a power cut would. The folder stays, for `restart`. */
  kill(): Promise<void>;
  /** Ends it in order where it still runs, and starts it on the same port with the same data. */
  restart(): Promise<void>;
}

type OwnedFolder = ReturnType<typeof ownFolder>;
export type OwnedProcess = ReturnType<OwnedFolder['start']>;

/** What one kind of broker adds to the common life: its configuration, its start, its readiness. */
export interface BrokerRecipe {
  readonly kind: BrokerKind;
  /** How many free ports it needs; the first is the clients'. */
  readonly ports: number;
  /** Once, before the first start: configuration files, storage, helper processes. */
  prepare?(folder: OwnedFolder, ports: readonly number[]): Promise<void>;
  launch(folder: OwnedFolder, ports: readonly number[]): OwnedProcess;
  /** A conversation in the broker's own protocol that succeeds only when clients can work. */
  isReady(ports: readonly number[]): Promise<boolean>;
  url(port: number): string;
  adminUrl?(ports: readonly number[]): string;
}

const START_TIMEOUT = 120_000;

/** Starts a broker; where a port was taken since it was found free, tries again with others. */
export async function startBroker(recipe: BrokerRecipe): Promise<RunningBroker> {
  for (let attempt = 1; ; attempt++) {
    const folder = ownFolder(recipe.kind);
    try {
      return await startIn(folder, recipe);
    } catch (error) {
      await folder.remove();
      if (attempt === 3 || !/in use|bind/i.test(String(error))) throw error;
    }
  }
}

async function startIn(folder: OwnedFolder, recipe: BrokerRecipe): Promise<RunningBroker> {
  const ports = await freePorts(recipe.ports);
  const port = ports[0]!;
  await recipe.prepare?.(folder, ports);
  const launch = async (): Promise<OwnedProcess> => {
    const launched = recipe.launch(folder, ports);
    await until(() => recipe.isReady(ports), {
      what: `${recipe.kind} on port ${port}`,
      timeout: START_TIMEOUT,
      every: 50,
      giveUp: () => launched.ended(),
    });
    return launched;
  };
  let current = await launch();

  return {
    kind: recipe.kind,
    url: recipe.url(port),
    host: '127.0.0.1',
    port,
    adminUrl: recipe.adminUrl?.(ports),
    dir: folder.dir,
    get pid() {
      return current.pid;
    },
    stop: () => folder.remove(),
    kill: () => current.kill(),
    async restart() {
      await current.terminate();
      current = await launch();
    },
  };
}
