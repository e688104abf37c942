/**
 * A small request/answer protocol over `postMessage`, used between host and webview and between
 * host and live worker. One function map a direction; every request is answered, also by an error.
 */
export type FunctionMap = Record<string, (...args: never[]) => unknown>;

export type RpcMessage =
  | { readonly rpc: 'request'; readonly id: number; readonly method: string; readonly args: readonly unknown[] }
  | { readonly rpc: 'notify'; readonly method: string; readonly args: readonly unknown[] }
  | {
      readonly rpc: 'answer';
      readonly id: number;
      readonly value?: unknown;
      readonly error?: string;
      readonly errorKind?: string;
    };

/** What the other side threw: its message, and its `kind` where the error had one (see BrokerError). */
export class RemoteError extends Error {
  constructor(message: string, readonly kind?: string) {
    super(message);
    this.name = 'RemoteError';
  }
}

/** The other side's functions, seen from here: each returns a promise. */
export type Remote<M extends FunctionMap> = {
  readonly [K in keyof M]: (...args: Parameters<M[K]>) => Promise<Awaited<ReturnType<M[K]>>>;
};

export interface RpcPort {
  post(message: RpcMessage): void;
  /** Registers the one listener; returns its removal. */
  listen(listener: (message: unknown) => void): () => void;
}

export interface RpcPeer<M extends FunctionMap> {
  readonly remote: Remote<M>;
  /** Calls without waiting for an answer; failures are reported on the other side. */
  notify<K extends keyof M & string>(method: K, ...args: Parameters<M[K]>): void;
  /** Rejects all that is unanswered and stops listening. */
  dispose(): void;
}

/**
 * Connects two sides. A throwing or unknown function answers with an error; a throwing
 * notification goes to `onError`.
 */
export function connectRpc<Theirs extends FunctionMap>(
  port: RpcPort,
  mine: FunctionMap,
  onError: (method: string, error: unknown) => void,
): RpcPeer<Theirs> {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let nextId = 1;
  let disposed = false;

  const call = async (method: string, args: readonly unknown[]): Promise<unknown> => {
    const f = Object.hasOwn(mine, method) ? mine[method] : undefined;
    if (f === undefined) throw new Error(`There is no function ${method}.`);
    return (f as (...a: readonly unknown[]) => unknown)(...args);
  };

  const stop = port.listen((raw) => {
    const message = raw as RpcMessage;
    if (message?.rpc === 'request') {
      call(message.method, message.args).then(
        (value) => port.post({ rpc: 'answer', id: message.id, value }),
        (error: unknown) =>
          port.post({ rpc: 'answer', id: message.id, error: textOf(error), errorKind: kindOf(error) }),
      );
    } else if (message?.rpc === 'notify') {
      call(message.method, message.args).catch((error: unknown) => onError(message.method, error));
    } else if (message?.rpc === 'answer') {
      const entry = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error !== undefined) entry?.reject(new RemoteError(message.error, message.errorKind));
      else entry?.resolve(message.value);
    }
  });

  const remote = new Proxy({} as Remote<Theirs>, {
    get: (_target, method) => {
      // A remote must not look like a promise, or awaiting it would call `then` on the other side.
      if (typeof method !== 'string' || method === 'then') return undefined;
      return (...args: unknown[]) =>
        new Promise((resolve, reject) => {
          if (disposed) return reject(new Error('The connection is closed.'));
          const id = nextId++;
          waiting.set(id, { resolve, reject });
          port.post({ rpc: 'request', id, method, args });
        });
    },
  });

  return {
    remote,
    notify: (method, ...args) => {
      if (!disposed) port.post({ rpc: 'notify', method, args });
    },
    dispose: () => {
      disposed = true;
      stop();
      for (const entry of waiting.values()) entry.reject(new Error('The connection is closed.'));
      waiting.clear();
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function kindOf(error: unknown): string | undefined {
  const kind = (error as { readonly kind?: unknown } | null | undefined)?.kind;
  return typeof kind === 'string' ? kind : undefined;
}
