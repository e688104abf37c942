import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { bundleWebview } from '../../scripts/build.mjs';
import type { GraphData } from '../../src/protocol/graph';
import type { RpcMessage } from '../../src/protocol/rpc';
import { themeCss, type Theme } from './themes';

interface Storage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

// What in-page functions use of the DOM, whose types tests do not have.
declare class DOMMatrix {
  constructor(text: string);
  readonly a: number;
  readonly e: number;
  readonly f: number;
}
declare function getComputedStyle(element: unknown): { readonly transform: string };

/** The built graph view, served as VS Code serves it: strict CSP, theme variables, no network. */
export interface GraphSite {
  open(browser: Browser, options?: OpenOptions): Promise<GraphPage>;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
}

/** A view on screen, and the host's end of its wire. */
export interface GraphPage {
  readonly page: Page;
  /** What the page called at the host, oldest first. */
  calls(method: string): Promise<unknown[][]>;
  /** Calls a function of the view, as the host does. */
  call(method: 'update' | 'select' | 'reveal' | 'explain' | 'figures', ...args: unknown[]): Promise<void>;
  /** What the host answers from now on when the page asks; without it, nothing. */
  answer(method: string, value: unknown): Promise<void>;
  /** Sends a graph and waits until all its nodes are drawn. */
  draw(data: GraphData): Promise<void>;
  /** CSP violations and errors so far, without the one that the toolkit is known for. */
  readonly faults: readonly string[];
  /** Loads the page anew, with what it kept. */
  reopen(): Promise<GraphPage>;
  node(id: string): ReturnType<Page['locator']>;
  /** The world's pan and zoom. */
  transform(): Promise<{ x: number; y: number; k: number }>;
}

export async function serveGraph(): Promise<GraphSite> {
  const folder = mkdtempSync(join(tmpdir(), 'tailrace-graph-'));
  await bundleWebview('graph', folder);
  const nonce = 'n0nce';
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const theme = (url.searchParams.get('theme') ?? 'dark') as Theme;
    const origin = `http://${request.headers.host}`;
    if (url.pathname === '/') {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(html(origin, nonce, theme));
    } else if (url.pathname === '/theme.css') {
      response.setHeader('content-type', 'text/css');
      response.end(themeCss(theme));
    } else if (url.pathname === '/graph.js' || url.pathname === '/elk-worker.js' || url.pathname === '/graph.css') {
      response.setHeader('content-type', url.pathname.endsWith('.js') ? 'text/javascript' : 'text/css');
      response.end(readFileSync(join(folder, url.pathname)));
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    open: (browser, options) => openPage(browser, `http://127.0.0.1:${port}/`, options ?? {}),
    close: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The page that the extension writes, with VS Code's class names on the body. */
function html(origin: string, nonce: string, theme: Theme): string {
  const classes = { dark: 'vscode-dark', light: 'vscode-light', contrast: 'vscode-high-contrast' };
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src ${origin}; script-src 'nonce-${nonce}'; worker-src blob:">
<link rel="stylesheet" href="/theme.css?theme=${theme}"><link rel="stylesheet" href="/graph.css">
<title>Graph</title></head><body class="${classes[theme]}"><script nonce="${nonce}" src="/elk-worker.js"></script><script nonce="${nonce}" src="/graph.js"></script></body></html>`;
}

/** Set up before the page's own scripts run; it is the host's end of `acquireVsCodeApi`. */
function fakeHost(): void {
  const sent: RpcMessage[] = [];
  const scope = globalThis as unknown as Record<string, unknown> & { sessionStorage: Storage };
  const kept = scope.sessionStorage.getItem('state');
  let state: unknown = kept === null ? undefined : JSON.parse(kept);
  scope['sentToHost'] = sent;
  scope['hostAnswers'] = {};
  scope['acquireVsCodeApi'] = () => ({
    postMessage: (message: RpcMessage) => {
      sent.push(message);
      const target = globalThis as unknown as { postMessage(message: unknown, origin: string): void };
      if (message.rpc !== 'request') return;
      const value = (scope['hostAnswers'] as Record<string, unknown>)[message.method];
      target.postMessage({ rpc: 'answer', id: message.id, value }, '*');
    },
    getState: () => state,
    setState: (next: unknown) => {
      state = next;
      scope.sessionStorage.setItem('state', JSON.stringify(next));
    },
  });
}

async function openPage(browser: Browser, url: string, options: OpenOptions): Promise<GraphPage> {
  const { theme = 'dark', width = 1500, height = 900, reducedMotion = true } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    // The toolkit adds one style element that adopted sheets then make needless.
    if (message.type() === 'error' && !/style-src/.test(message.text())) faults.push(message.text());
    else if (message.type() === 'error') styleFaults++;
    if (styleFaults > 1) faults.push(message.text());
  });
  let styleFaults = 0;
  page.on('pageerror', (error) => faults.push(String(error)));
  // tsx keeps the names of functions by a helper of its own, which the page does not have.
  await page.addInitScript('globalThis.__name = (value) => value');
  await page.addInitScript(fakeHost);
  await page.goto(`${url}?theme=${theme}`);

  const sent = (): Promise<RpcMessage[]> =>
    page.evaluate(() => (globalThis as unknown as { sentToHost: RpcMessage[] }).sentToHost);
  const call: GraphPage['call'] = async (method, ...args) => {
    await page.evaluate(
      (message) => {
        (globalThis as unknown as { postMessage(message: unknown, origin: string): void }).postMessage(
          message,
          '*',
        );
      },
      { rpc: 'notify', method, args },
    );
  };
  const graphPage: GraphPage = {
    page,
    faults,
    call,
    reopen: async () => {
      await page.reload();
      return graphPage;
    },
    answer: (method, value) =>
      page.evaluate(
        ([name, result]) => {
          (globalThis as unknown as { hostAnswers: Record<string, unknown> }).hostAnswers[name as string] = result;
        },
        [method, value],
      ),
    calls: async (method) =>
      (await sent()).flatMap((m) => ('method' in m && m.method === method ? [[...m.args]] : [])),
    draw: async (data) => {
      await call('update', data);
      await page
        .locator('.world .node')
        .nth(data.nodes.length - 1)
        .waitFor({ state: 'attached', timeout: 20_000 });
      const drawn = await page.locator('.world .node').count();
      if (drawn !== data.nodes.length) throw new Error(`${drawn} nodes are drawn, not ${data.nodes.length}`);
    },
    node: (id) => page.locator(`.world .node[data-id="${id}"]`),
    transform: () =>
      page.locator('.world').evaluate((world) => {
        const matrix = new DOMMatrix(getComputedStyle(world).transform);
        return { x: matrix.e, y: matrix.f, k: matrix.a };
      }),
  };
  return graphPage;
}
