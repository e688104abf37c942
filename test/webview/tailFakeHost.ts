import { connectRpc } from '../../src/protocol/rpc';
import type { RpcPeer } from '../../src/protocol/rpc';
import type {
  FaultCount,
  Histogram,
  Related,
  SavedFilter,
  TailDetail,
  TailFilter,
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
  private paths: readonly string[] = [];
  private begunWith: readonly string[] | undefined;
  private readonly out = new Set<number>();
  /** Messages that are to be shown as they are here. */
  details: Record<number, TailDetail> = {};
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
    filter: {},
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
          .map((seq) => this.rowOf(seq)),
      detail: (seq) => (seq < this.base ? undefined : (this.details[seq] ?? { ...detailOf(seq), time: this.timeOf(seq), tag: this.tagOf(seq) })),
      filter: (filter) => this.note(`filter ${JSON.stringify(filter)}`, () => this.filterBy(filter)),
      columns: (paths) => this.note(`columns ${paths.join(' ')}`, () => (this.paths = paths)),
      paths: () => ['order_id', 'total', 'currency', 'lines[0].sku', 'lines[0].qty', 'header:tenant'],
      histogram: (buckets) => this.histogram(buckets),
      faults: () => this.faults(),
      find: (seq, direction) => this.find(seq, direction),
      related: (seq) => this.related(seq),
      openRelated: (tail, seq) => this.note(`openRelated ${tail} ${seq}`, () => undefined),
      propose: () => this.note('propose', () => undefined),
      report: (fault) => this.note(`report ${fault.count} of ${fault.of} ${fault.path}`, () => undefined),
      export: (format, filtered, selected) => this.note(`export ${format} ${filtered}${selected ? ` ${selected.first.seq}-${selected.last.seq}` : ''}`, () => undefined),
      countSelected: ({ first, last, before }) => {
        const seqs = this.seqs();
        return seqs.slice(seqs.indexOf(first.seq), seqs.indexOf(last.seq) + 1).filter((seq) => seq < before).length;
      },
      copyLines: ({ first, last }) => {
        this.calls.push(`copyLines ${first.seq}-${last.seq}`);
        return true;
      },
      publishSelected: ({ first, last }) => this.note(`publishSelected ${first.seq}-${last.seq}`, () => undefined),
      order: (order) => this.note(`order ${order}`, () => this.set({ order: order === 'time' ? order : undefined })),
      position: ({ seq }) => {
        const index = this.seqs().indexOf(seq);
        return { index: Math.max(0, index), isThere: index >= 0, isFinal: true };
      },
      rowsAround: ({ seq }, before, count) => {
        const seqs = this.seqs();
        const index = Math.max(0, seqs.indexOf(seq));
        const from = Math.max(0, index - before);
        return { index, from, rows: seqs.slice(from, from + count).map((one) => this.rowOf(one)), shown: seqs.length };
      },
      openContract: () => this.note('openContract', () => undefined),
      showConsumers: () => this.note('showConsumers', () => undefined),
      publish: (seq) => this.note(`publish ${seq}`, () => undefined),
      saveFilter: (filter) => this.note('saveFilter', () => this.saved({ name: 'large orders', filter })),
      removeFilter: (name) => this.note(`removeFilter ${name}`, () => this.peer.notify('savedFilters', [])),
      keepView: (view) => this.note(`keepView ${JSON.stringify(view)}`, () => undefined),
      addChannel: () => this.note('addChannel', () => undefined),
      removeChannel: (source) => this.note(`removeChannel ${source}`, () => this.removeSource(source)),
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

  /** All of the list, in its order. */
  private seqs(): readonly number[] {
    const seqs = this.matching ?? range(this.base, this.received);
    return this.status.order === 'time' ? [...seqs].sort((a, b) => this.timeOf(a) - this.timeOf(b) || a - b) : seqs;
  }

  /** Of a backlog so many messages come for each partition, one after the other; the partitions are of the same time. */
  backlog = 0;

  private timeOf(seq: number): number {
    const { backlog } = this;
    return START + (backlog > 0 && seq < 2 * backlog ? (seq % backlog) * 2 + Math.floor(seq / backlog) : seq) * 137;
  }

  private list(): readonly number[] {
    if (this.matching || this.status.order === 'time') return this.seqs();
    return {
      slice: (from: number, to: number) => range(this.base + from, Math.min(this.received, this.base + to)),
    } as never;
  }

  private saved(filter: SavedFilter): void {
    this.peer.notify('savedFilters', [filter]);
  }

  /** Expressions are the worker's: here one is only told to be right or wrong. */
  private filterBy(filter: TailFilter): void {
    const isAll = Object.keys(filter).every((name) => name === 'expression');
    const problem = filter.expression?.includes('((') ? 'The expression has a parenthesis too many at column 3.' : undefined;
    this.set({ filter, filterProblem: problem });
    this.matching = isAll && !this.out.size ? undefined : range(this.base, this.received).filter((seq) => this.lets(seq));
    this.push(0);
  }

  private rowOf(seq: number): TailRow {
    const row = rowOf(seq);
    const channels = this.channels();
    const cells = this.paths.map((path) => String(fieldOf(seq, path) ?? ''));
    const time = this.timeOf(seq);
    return { ...row, time, ...(this.status.order === 'time' && { at: time }), channel: channels[this.tagOf(seq)]!, tag: this.tagOf(seq), cells };
  }

  /** Those that it began with: messages come from each in turn. */
  private channels(): readonly string[] {
    return this.begunWith ?? [this.init.channel, ...(this.init.more ?? []).map(({ channel }) => channel)];
  }

  private tagOf(seq: number): number {
    return seq % this.channels().length;
  }

  private lets(seq: number): boolean {
    return !this.out.has(this.tagOf(seq)) && matches(seq, this.status.filter);
  }

  private histogram(buckets: number): Histogram {
    const seqs = this.matching ?? { length: this.received - this.base };
    if (!seqs.length) return { from: 0, step: 1, counts: [], errors: [] };
    const first = START + (this.matching?.[0] ?? this.base) * 137;
    // Whole seconds, from a whole one on, as the buckets of so long a time are.
    const step = Math.ceil(((seqs.length + 1) * 137) / buckets / 1000) * 1000;
    const from = Math.floor(first / step) * step;
    const share = seqs.length / buckets;
    const counts = Array.from({ length: buckets }, (_, i) => Math.round(share * (1 + 0.4 * Math.sin(i / 7) + (i > 96 && i < 112 ? 0.5 : 0))));
    const errors = counts.map((count, i) => (i > 98 && i < 108 ? Math.round(count * 0.3) : i % 23 === 5 ? Math.ceil(count * 0.05) : 0));
    return { from, step, counts, errors };
  }

  private faults(): readonly FaultCount[] {
    const { undecodable, violating = 0 } = this.status.counters;
    const one = { channel: 'orders.placed', contract: 'OrderPlaced', version: '2', of: this.received };
    return [
      ...(violating
        ? [{ ...one, verdict: 'violates' as const, path: '/lines/*/sku', reason: 'must match the pattern ^SKU-\\d{6}$', count: violating, last: lastOf(this.received, 100, 21) }]
        : []),
      ...(undecodable
        ? [{ ...one, verdict: 'undecodable' as const, path: '', reason: 'schema id 977 is unknown', count: undecodable, last: lastOf(this.received, 1000, 14) }]
        : []),
    ];
  }

  private find(seq: number, direction: 'next' | 'previous'): number | undefined {
    const step = direction === 'next' ? 1 : -1;
    for (let at = seq + step; at >= this.base && at < this.received; at += step) if (isFault(at)) return at;
    return undefined;
  }

  private related(seq: number): Related {
    const at = (channel: string, delay: number, tail: string, broker: string): Related['messages'][number] => ({
      tail,
      isHere: tail === 'own',
      broker,
      by: 'header traceparent',
      row: { ...rowOf(seq), seq: tail === 'own' ? seq : 7, channel, time: START + seq * 137 + delay },
    });
    return {
      ids: [{ value: '4bf92f3577b34da6a3ce929d0e0e4736', by: 'header traceparent' }],
      messages: [at('orders.placed', 0, 'other', 'events'), at('orders.placed', 0, 'own', 'events'), at('orders.scored', 184, 'other', 'events'), at('mail.receipts', 2310, 'third', 'work')],
    };
  }

  /** Adds messages and tells the view. */
  push(count: number): void {
    this.matching?.push(
      ...range(this.received, this.received + count).filter((seq) => this.lets(seq)),
    );
    this.received += count;
    this.base = Math.max(this.base, this.received - this.limit);
    while (this.matching?.length && this.matching[0]! < this.base) this.matching.shift();
    const taken = range(0, this.out.size ? this.received : 0).filter((seq) => this.out.has(this.tagOf(seq))).length;
    const messages = this.received - this.base - taken;
    this.set({
      ...(taken && { removed: { received: taken, messages: taken, bytes: taken * 214 } }),
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
        starts: ['latest', 'earliest', 'last', 'offset', 'time'],
        untils: ['now', 'offset', 'time'],
        partitions: range(0, 12),
      },
    });
  }

  private removeSource(source: string): void {
    const gone = this.status.sources?.find(({ id }) => id === source);
    const sources = (this.status.sources ?? []).filter((one) => one !== gone);
    this.begunWith ??= this.channels();
    this.out.add(gone?.tag ?? -1);
    const [first, ...more] = sources.map(({ channel, broker = '' }) => ({ channel, broker }));
    this.setInit({ ...first, more });
    this.set({ sources });
    this.filterBy(this.status.filter);
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

function matches(seq: number, { text = '', verdicts, fault, partitions, key, from, to }: TailFilter): boolean {
  const row = rowOf(seq);
  return (
    row.preview.toLowerCase().includes(text.toLowerCase()) &&
    (!verdicts || verdicts.includes(row.verdict ?? 'none')) &&
    (!fault || row.verdict === fault.verdict) &&
    (!partitions || partitions.includes(row.partition!)) &&
    (key === undefined || row.key === key) &&
    row.time >= (from ?? 0) &&
    row.time <= (to ?? Infinity)
  );
}

function isFault(seq: number): boolean {
  return seq % 1000 === 14 || seq % 100 === 21;
}

function lastOf(received: number, each: number, rest: number): number {
  return received - 1 - ((received - 1 - rest) % each);
}

/** What a message has at a JSON path of the fake values. */
function fieldOf(seq: number, path: string): unknown {
  if (path.startsWith('header:')) return 'eu';
  const preview = previewOf(seq);
  if (!preview.startsWith('{')) return undefined;
  let value: unknown = JSON.parse(preview);
  for (const key of path.split(/[.[\]]+/).filter(Boolean)) value = (value as Record<string, unknown> | undefined)?.[key];
  return value;
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
    verdict: seq % 1000 === 14 ? 'undecodable' : seq % 100 === 21 ? 'violates' : seq === 27 ? 'none' : 'valid',
    ...(seq % 1000 === 14 && { undecodable: 'schema id 977 is unknown' }),
    ...(seq % 100 === 21 && { violates: ['/lines/0/sku is text of 8 characters, and must match the pattern ^SKU-\\d{6}$.'] }),
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
    contract: { name: 'OrderPlaced', version: '2' },
    why: 'The contract OrderPlaced@2 of the flow file.',
    ...(seq % 100 === 21 && { faults: [{ path: '/lines/0/sku', reason: 'is text of 8 characters, and must match the pattern ^SKU-\\d{6}$' }] }),
    ...(seq > 900 && {
      previous: {
        seq: seq - 900,
        time: row.time - 900 * 137,
        json: JSON.stringify({ order_id: 'o-87100', total: 12.5, currency: 'EUR', note: 'leave at the door' }, null, 2),
      },
    }),
    ...(seq === 40 && { cutAt: 64, size: 325_000 }),
  };
}

window.fake = new FakeHost();
window.acquireVsCodeApi = () => window.fake.api();
