import { build } from 'esbuild';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { ThemeName } from './tailThemes';
import { Views } from './views';

/** A tail view in Chromium with a fake host behind it. */
export interface TailPage {
  readonly page: Page;
  /** Runs an expression in the page; `fake` is the host. */
  evaluate<R>(expression: string): Promise<R>;
  /** Page errors so far; the policy's violations are in `window.violations`. */
  readonly faults: readonly string[];
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

export class TailHarness {
  private constructor(private readonly views: Views) {}

  /** Bundles the view and starts the browser; without a browser the suite is not run. */
  static async start(hook: Mocha.Context): Promise<TailHarness> {
    return new TailHarness(await Views.start(hook, ['tail'], (folder) => build({
      entryPoints: ['test/webview/tailFakeHost.ts'],
      bundle: true,
      format: 'iife',
      outfile: join(folder, 'fake.js'),
      logLevel: 'warning',
    })));
  }

  async open(theme: ThemeName = 'dark', size = { width: 1500, height: 900 }): Promise<TailPage> {
    const { page, errors, load, screenshot, close } = await this.views.page('tail', { theme, size, scripts: [this.views.file('fake.js')] });
    await load('footer');
    return { page, faults: errors, evaluate: (expression) => page.evaluate(expression), screenshot, close };
  }

  async stop(): Promise<void> {
    await this.views.stop();
  }
}
