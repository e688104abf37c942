import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Frame, Framing } from './frames';

export type Side = 'client' | 'broker';
/** A frame by its name, or by what it holds. */
export type Match = string | ((frame: Frame) => boolean);

/** Stands between clients and a broker and does to their connections what networks do. */
export interface Proxy {
  readonly port: number;
  /** Where the broker listens; may be set after the proxy's own port is known. */
  target: number;
  /**
   * Loses the nth frame of a kind that a side sends from now on, and cuts its connection there: what was sent
   * before arrives, this frame and all behind it do not. A lost request was never seen by the broker; a lost
   * reply proves that the broker has done what it was asked. Resolves when it has happened.
   */
  lose(from: Side, frame: Match, nth?: number): Promise<void>;
  /** Keeps back the nth frame of a kind and all behind it until `release`. */
  hold(from: Side, frame: Match, nth?: number): Hold;
  /** Counts the frames of a kind that a side sent and the proxy passed on. */
  passed(from: Side, frame: Match): number;
  /** How many frames of a kind are kept back now. */
  kept(frame: Match): number;
  /** Cuts all connections; with `shut` no new one is let through until `open`. */
  cut(): void;
  shut(): void;
  open(): void;
  close(): Promise<void>;
}

export interface Hold {
  /** Resolves when the frame has come. */
  readonly held: Promise<void>;
  release(): void;
}

interface Rule {
  readonly from: Side;
  readonly matches: (frame: Frame) => boolean;
  left: number;
  readonly act: 'lose' | 'hold';
  fire(): void;
  readonly released?: Promise<void>;
}

/** Listens on a free port of the loopback address. */
export async function startProxy(framing: () => Framing, target = 0): Promise<Proxy> {
  const rules = new Set<Rule>();
  const seen: Record<Side, Frame[]> = { client: [], broker: [] };
  const holding = new Set<Frame[]>();
  const links = new Set<readonly [Socket, Socket]>();
  let isOpen = true;

  function ruleFor(from: Side, frame: Frame): Rule | undefined {
    let found: Rule | undefined;
    for (const rule of rules) {
      if (rule.from !== from || !rule.matches(frame)) continue;
      if (--rule.left === 0) found ??= rule;
    }
    if (found) rules.delete(found);
    return found;
  }

  /** Passes one direction on, frame by frame. */
  function pipe(from: Side, source: Socket, sink: Socket, cut: (chunk: Buffer) => Frame[]): void {
    let waiting: Frame[] | undefined;
    const pass = (frame: Frame): void => {
      if (waiting) {
        waiting.push(frame);
        return;
      }
      const rule = ruleFor(from, frame);
      if (rule?.act === 'lose') {
        source.destroy();
        // What was passed on before the lost frame must arrive, so this side ends in order.
        sink.destroySoon();
        rule.fire();
        return;
      }
      if (rule) {
        waiting = [frame];
        holding.add(waiting);
        rule.fire();
        void rule.released!.then(() => {
          const kept = waiting!;
          waiting = undefined;
          holding.delete(kept);
          write(kept[0]!);
          kept.slice(1).forEach(pass);
        });
        return;
      }
      write(frame);
    };
    const write = (frame: Frame): void => {
      seen[from].push(frame);
      if (!sink.destroyed && sink.writable) sink.write(frame.bytes);
    };
    source.on('data', (chunk) => {
      for (const frame of cut(chunk)) {
        if (source.destroyed) return;
        pass(frame);
      }
    });
    source.on('error', () => {});
    source.on('close', () => sink.destroySoon());
  }

  const server = createServer((client) => {
    if (!isOpen || proxy.target === 0) {
      client.destroy();
      return;
    }
    const broker = connect({ port: proxy.target, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    const link = [client, broker] as const;
    links.add(link);
    client.on('close', () => links.delete(link));
    const { requests, replies } = framing();
    pipe('client', client, broker, requests);
    pipe('broker', broker, client, replies);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  const matcher = (frame: Match): ((frame: Frame) => boolean) =>
    typeof frame === 'string' ? ({ name }) => name === frame : frame;

  const proxy: Proxy = {
    port: (server.address() as AddressInfo).port,
    target,
    lose: (from, frame, nth = 1) => new Promise((resolve) => {
      rules.add({ from, matches: matcher(frame), left: nth, act: 'lose', fire: resolve });
    }),
    hold(from, frame, nth = 1) {
      let release!: () => void;
      const released = new Promise<void>((resolve) => { release = resolve; });
      const held = new Promise<void>((resolve) => {
        rules.add({ from, matches: matcher(frame), left: nth, act: 'hold', fire: resolve, released });
      });
      return { held, release };
    },
    passed: (from, frame) => seen[from].filter(matcher(frame)).length,
    kept: (frame) => [...holding].flat().filter(matcher(frame)).length,
    cut() {
      for (const [client, broker] of links) {
        client.destroy();
        broker.destroy();
      }
    },
    shut() {
      isOpen = false;
      proxy.cut();
    },
    open() {
      isOpen = true;
    },
    async close() {
      proxy.shut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
