import { connectRpc } from '../../src/protocol/rpc';
import type { RpcPeer } from '../../src/protocol/rpc';
import type {
  TailDetail,
  TailHostFunctions,
  TailInit,
  TailRow,
  TailStatus,
  TailViewFunctions,
} from '../../src/protocol/tail';

/**
 * Stands for the extension host inside the page: the same functions over the same RPC, with
 * messages made by number. Bundled and injected by tailHarness.ts; the test drives it as `fake`.
 */

type Listener = (event: { readonly data: unknown }) => void;
declare const window: {
  addEventListener(type: 'message', listener: Listener): void;
  dispatchEvent(event: unknown): void;
  fake: FakeHost;
  acquireVsCodeApi(): unknown;
};
declare const MessageEvent: new (type: string, init: { data: unknown }) => unknown;

const START = Date.UTC(2026, 10, 23, 22, 14, 2);

class FakeHost {
  readonly calls: string[] = [];
  readonly logged: string[] = [];
  readonly peer: RpcPeer<TailViewFunctions>;
  kept: unknown;
  limit = 1_000_000;
  private received = 0;
  private base = 0;
  private matching: number[] | undefined;
  private toView: (message: unknown) => void = () => undefined;
  private fromView: (message: unknown) => void = () => undefined;
  private timer: ReturnType<typeof setInterval> | undefined;
  init: TailInit = {
    channel: 'orders.placed',
    broker: 'events',
    protocol: 'kafka',
    environment: 'development',
    contract: 'OrderPlaced@2',
    start: { at: 'latest' },
  };
  status: TailStatus = {
    state: { is: 'connecting' },
    about: '',
    paused: false,
    filter: '',
    rate: 0,
    counters: { received: 0, shown: 0, dropped: 0, undecodable: 0 },
    buffer: { messages: 0, bytes: 0, maxMessages: 100_000, maxBytes: 64 << 20 },
  };

  constructor() {
    const host: TailHostFunctions = {
      ready: () => {
        this.calls.push('ready');
        this.peer.notify('init', this.init);
        this.peer.notify('status', this.status);
      },
      rows: (from, count) =>
        this.list()
          .slice(from, from + count)
          .map(rowOf),
      detail: (seq) => (seq < this.base ? undefined : detailOf(seq)),
      filter: (text) => this.note(`filter ${text}`, () => this.filterBy(text)),
      pause: () => this.note('pause', () => this.set({ paused: true })),
      resume: () => this.note('resume', () => this.set({ paused: false })),
      clear: () =>
        this.note('clear', () => {
          this.base = this.received;
          this.push(0);
        }),
      restart: (start) => this.note(`restart ${JSON.stringify(start)}`, () => undefined),
      accept: () => this.note('accept', () => undefined),
      copy: (text) => this.note(`copy ${text}`, () => undefined),
      openSource: () => this.note('openSource', () => undefined),
      log: (text) => void this.logged.push(text),
    };
    this.peer = connectRpc<TailViewFunctions>(
      {
        post: (message) => this.toView(message),
        listen: (listener) => {
          this.fromView = listener;
          return () => undefined;
        },
      },
      host,
      (method, error) => this.logged.push(`${method}: ${String(error)}`),
    );
  }

  private note(call: string, act: () => void): void {
    this.calls.push(call);
    act();
  }

  /** What the webview gets from `acquireVsCodeApi`. Messages are copied, as between processes. */
  api(): unknown {
    this.toView = (message) =>
      window.dispatchEvent(new MessageEvent('message', { data: structuredClone(message) }));
    return {
      postMessage: (message: unknown) => {
        const copy = structuredClone(message);
        queueMicrotask(() => this.fromView(copy));
      },
      getState: () => this.kept,
      setState: (state: unknown) => {
        this.kept = structuredClone(state);
      },
    };
  }

  private list(): readonly number[] {
    if (this.matching) return this.matching;
    return {
      slice: (from: number, to: number) => range(this.base + from, Math.min(this.received, this.base + to)),
    } as never;
  }

  private filterBy(text: string): void {
    const wanted = text.toLowerCase();
    this.matching =
      wanted === ''
        ? undefined
        : range(this.base, this.received).filter((seq) => previewOf(seq).toLowerCase().includes(wanted));
    this.set({ filter: text });
    this.push(0);
  }

  /** Adds messages and tells the view. */
  push(count: number): void {
    const wanted = this.status.filter.toLowerCase();
    if (this.matching && wanted) {
      this.matching.push(
        ...range(this.received, this.received + count).filter((seq) =>
          previewOf(seq).toLowerCase().includes(wanted),
        ),
      );
    }
    this.received += count;
    this.base = Math.max(this.base, this.received - this.limit);
    while (this.matching?.length && this.matching[0]! < this.base) this.matching.shift();
    const messages = this.received - this.base;
    this.set({
      counters: {
        received: this.received,
        shown: this.matching?.length ?? messages,
        dropped: this.base,
        undecodable: Math.floor((this.received + 986) / 1000),
        violating: Math.floor((this.received + 79) / 100),
      },
      buffer: { messages, bytes: messages * 214, maxMessages: 100_000, maxBytes: 64 << 20 },
    });
  }

  set(part: Partial<TailStatus>): void {
    this.status = { ...this.status, ...part };
    this.peer.notify('status', this.status);
  }

  live(): void {
    this.set({
      state: { is: 'live' },
      about: 'Kafka 4.1 · 12 partitions',
      rate: 412,
      plan: {
        verdict: 'ok',
        makes: ['group tailrace-tap-9f2c without commits'],
        changes: [],
        starts: ['latest', 'earliest', 'last'],
      },
    });
  }

  setInit(part: Partial<TailInit>): void {
    this.init = { ...this.init, ...part };
    this.peer.notify('init', this.init);
  }

  run(perSecond: number): void {
    this.stop();
    this.timer = setInterval(() => this.push(perSecond / 10), 100);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

/** Message 14, 1014, … cannot be decoded; 21 carries HTML; 27 is a tombstone. */
function previewOf(seq: number): string {
  if (seq % 1000 === 14) return '0a 24 6f 2d 38 38 32 31 33 12 06 63 2d';
  if (seq === 21) return HTML;
  return `{"order_id":"o-${88_000 + seq}","total":${500 + ((seq * 37) % 700)}.40,"currency":"EUR","lines":[{"sku":"SKU-5512","qty":2}]}`;
}

const HTML = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script><b>bold</b>';

function rowOf(seq: number): TailRow {
  return {
    seq,
    time: START + seq * 137,
    channel: 'orders.placed',
    partition: (seq * 7) % 12,
    offset: String(1_204_000 + seq),
    key: `c-${1000 + ((seq * 31) % 900)}`,
    size: seq === 27 ? 0 : 180 + ((seq * 13) % 90),
    preview: seq === 27 ? '' : previewOf(seq),
    marks: [],
    ...(seq % 1000 === 14 && { undecodable: 'schema id 977 is unknown' }),
    ...(seq % 100 === 21 && { violates: ['lines[1].sku is required since version 2, and absent.'] }),
    ...(seq === 27 && { tombstone: true }),
  };
}

function detailOf(seq: number): TailDetail {
  const row = rowOf(seq);
  const isJson = row.preview.startsWith('{');
  return {
    ...row,
    decodedAs: isJson ? 'json' : 'text',
    ...(isJson && { json: JSON.stringify(JSON.parse(row.preview), null, 2) }),
    text: row.preview,
    hex: `00000000  ${Array.from({ length: 16 }, (_, i) => ((seq + i * 7) & 255).toString(16).padStart(2, '0')).join(' ')}  {"order_id":"o-8"`,
    headers: [
      { name: 'tenant', value: 'eu' },
      { name: 'traceparent', value: '00-7f3a91c-01' },
      { name: 'x-html', value: HTML },
    ],
    ...(seq === 40 && { cutAt: 64, size: 325_000 }),
  };
}

window.fake = new FakeHost();
window.acquireVsCodeApi = () => window.fake.api();
