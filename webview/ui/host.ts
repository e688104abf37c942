import { connectRpc, type FunctionMap, type RpcPeer } from '../../src/protocol/rpc';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** VS Code puts it into every webview; it may be called once a page. Tests put their own. */
declare function acquireVsCodeApi(): VsCodeApi;

/** The extension host, seen from a webview. */
export interface Host<Theirs extends FunctionMap, State> {
  readonly peer: RpcPeer<Theirs>;
  /** What this view kept when it was last on screen; VS Code throws hidden views away. */
  readonly kept: State | undefined;
  keep(state: State): void;
}

/** Connects a webview to its host. A failing function of ours is reported through `onError`. */
export function connectHost<Theirs extends FunctionMap, State>(
  mine: FunctionMap,
  onError: (method: string, error: unknown) => void,
): Host<Theirs, State> {
  const api = acquireVsCodeApi();
  const peer = connectRpc<Theirs>(
    {
      post: (message) => api.postMessage(message),
      listen: (listener) => {
        const receive = (event: MessageEvent): void => listener(event.data);
        window.addEventListener('message', receive);
        return () => window.removeEventListener('message', receive);
      },
    },
    mine,
    onError,
  );
  return {
    peer,
    kept: (api.getState() ?? undefined) as State | undefined,
    keep: (state) => api.setState(state),
  };
}
