import { build } from 'esbuild';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { bundleWebview } from '../../scripts/build.mjs';
import { findChromium } from '../../scripts/setup/chromium-home.mjs';
import { launchBrowser } from '../../scripts/workbench/browser.mjs';
import { notRun } from '../support/not-run';
import { THEMES, themeCss } from './tailThemes';
import type { ThemeName } from './tailThemes';

const ORIGIN = 'http://tail.test';

/** The policy of the extension's webviews, word for word but for the origin. */
const CSP = `default-src 'none'; style-src ${ORIGIN}; script-src 'nonce-test'; worker-src blob:`;

/** A tail view in Chromium with a fake host behind it. */
export interface TailPage {
  readonly page: Page;
  /** Runs an expression in the page; `fake` is the host. */
  evaluate<R>(expression: string): Promise<R>;
  /** Content security policy violations and page errors so far. */
  readonly faults: readonly string[];
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

export class TailHarness {
  private constructor(
    private readonly browser: Browser,
    private readonly files: ReadonlyMap<string, string>,
  ) {}

  /** Bundles the view and starts the browser; without a browser the suite is not run. */
  static async start(hook: Mocha.Context): Promise<TailHarness> {
    hook.timeout(120_000);
    if (!findChromium()) notRun(hook, 'Chromium is not installed', 'node scripts/setup/chromium.mjs');
    const folder = await mkdtemp(join(tmpdir(), 'tailrace-tail-'));
    try {
      await bundleWebview('tail', folder);
      await build({
        entryPoints: ['test/webview/tailFakeHost.ts'],
        bundle: true,
        format: 'iife',
        outfile: join(folder, 'fake.js'),
        logLevel: 'warning',
      });
      const files = new Map<string, string>();
      for (const name of ['tail.js', 'tail.css', 'fake.js'])
        files.set(name, await readFile(join(folder, name), 'utf8'));
      return new TailHarness(await launchBrowser(), files);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async open(theme: ThemeName = 'dark', size = { width: 1500, height: 900 }): Promise<TailPage> {
    const context = await this.browser.newContext({ viewport: size });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    await page.addInitScript(`window.violations = [];
      document.addEventListener('securitypolicyviolation', (e) =>
        window.violations.push(e.violatedDirective + ' ' + e.sourceFile + ' ' + e.sample));`);
    await page.addInitScript(this.files.get('fake.js')!);
    await page.route('**/*', (route) => {
      const path = new URL(route.request().url()).pathname.slice(1);
      if (path === '') return route.fulfill({ contentType: 'text/html', body: html(theme) });
      if (path === 'theme.css') return route.fulfill({ contentType: 'text/css', body: themeCss(theme) });
      const body = this.files.get(path);
      if (body === undefined) {
        faults.push(`the page asked for ${path}`);
        return route.abort();
      }
      return route.fulfill({ contentType: path.endsWith('.css') ? 'text/css' : 'text/javascript', body });
    });
    await page.goto(`${ORIGIN}/`);
    await page.locator('footer').waitFor();
    return {
      page,
      faults,
      evaluate: (expression) => page.evaluate(expression),
      screenshot: async (name) => {
        const folder = join('test-output', 'screenshots');
        await mkdir(folder, { recursive: true });
        await page.screenshot({ path: join(folder, `${name}.png`) });
      },
      close: () => context.close(),
    };
  }

  async stop(): Promise<void> {
    await this.browser.close();
  }
}

function html(theme: ThemeName): string {
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CSP}">
<link rel="stylesheet" href="${ORIGIN}/theme.css"><link rel="stylesheet" href="${ORIGIN}/tail.css"></head>
<body class="${THEMES[theme].body}"><script nonce="test" src="${ORIGIN}/tail.js"></script></body></html>`;
}
