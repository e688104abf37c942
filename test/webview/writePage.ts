import type { Page } from 'playwright-core';
import { connectRpc, type FunctionMap, type RpcMessage, type RpcPeer } from '../../src/protocol/rpc';
import type { ThemeName } from './tailThemes';
import { Views } from './views';

/** A view in Chromium, with its host's functions here in the test. */
export interface WritePage<View extends FunctionMap> {
  readonly page: Page;
  readonly view: RpcPeer<View>;
  /** Opens it, and waits for what it shows first; the view says `ready` then. */
  load(first?: string): Promise<void>;
  /** Policy violations and page errors so far. */
  faults(): Promise<readonly string[]>;
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

const HOST = 'window.acquireVsCodeApi = () => ({ postMessage: (m) => void window.toHost(m), getState: () => undefined, setState: () => undefined });';

export class WriteViews {
  private constructor(private readonly views: Views) {}

  /** Bundles views, by default those that write, and starts the browser; without a browser the suite is not run. */
  static async start(hook: Mocha.Context, names: readonly string[] = ['publish', 'redrive']): Promise<WriteViews> {
    return new WriteViews(await Views.start(hook, names));
  }

  async open<View extends FunctionMap>(
    name: string,
    host: FunctionMap,
    theme: ThemeName = 'dark',
    size = { width: 1100, height: 800 },
  ): Promise<WritePage<View>> {
    const { page, errors, load, violations, screenshot, close } = await this.views.page(name, { theme, size, scripts: [HOST] });
    let receive: (message: unknown) => void = () => undefined;
    await page.exposeFunction('toHost', (message: unknown) => receive(message));
    const view = connectRpc<View>(
      {
        post: (message: RpcMessage) => void page.evaluate(`window.postMessage(${JSON.stringify(message)})`),
        listen: (listener) => {
          receive = listener;
          return () => undefined;
        },
      },
      host,
      (method, error) => errors.push(`${method}: ${String(error)}`),
    );
    return {
      page,
      view,
      load: (first = '.channel') => load(first),
      faults: async () => [...errors, ...(await violations())],
      screenshot,
      close,
    };
  }

  async stop(): Promise<void> {
    await this.views.stop();
  }
}
