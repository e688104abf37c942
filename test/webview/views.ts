import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { bundleWebview } from '../../scripts/build.mjs';
import { findChromium } from '../../scripts/setup/chromium-home.mjs';
import { launchBrowser } from '../../scripts/workbench/browser.mjs';
import { notRun } from '../support/not-run';
import { screenshotPath } from './screenshots';
import { THEMES, themeCss, type ThemeName } from './tailThemes';

const ORIGIN = 'http://view.test';

/** The policy of the extension's webviews, word for word but for the origin. */
const CSP = `default-src 'none'; style-src ${ORIGIN}; script-src 'nonce-test'; worker-src blob:`;

export interface ViewOptions {
  readonly theme: ThemeName;
  readonly size: { readonly width: number; readonly height: number };
  /** Scripts that run before the view's own: the host's end. */
  readonly scripts: readonly string[];
}

/** A page that shows nothing yet: `load` opens the view. */
export interface ViewPage {
  readonly page: Page;
  /** Errors of the page, and what it asked for in vain, so far. */
  readonly errors: string[];
  /** Opens the view and waits for what it shows first. */
  load(first: string): Promise<void>;
  /** Violations of the content security policy so far. */
  violations(): Promise<readonly string[]>;
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Built views in Chromium, as VS Code serves them: strict policy, a theme's variables, no network. */
export class Views {
  private constructor(
    private readonly browser: Browser,
    private readonly files: ReadonlyMap<string, string>,
  ) {}

  /**
   * Bundles views and starts the browser; without a browser the suite is not run.
   * @param more writes further files for the views into the folder
   */
  static async start(hook: Mocha.Context, names: readonly string[], more?: (folder: string) => Promise<unknown>): Promise<Views> {
    hook.timeout(240_000);
    if (!findChromium()) notRun(hook, 'Chromium is not installed', 'node scripts/setup/chromium.mjs');
    const folder = await mkdtemp(join(tmpdir(), 'tailrace-views-'));
    try {
      for (const name of names) await bundleWebview(name, folder);
      await more?.(folder);
      const files = new Map<string, string>();
      for (const name of await readdir(folder)) files.set(name, await readFile(join(folder, name), 'utf8'));
      return new Views(await launchBrowser(), files);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** The text of a file beside the views. */
  file(name: string): string {
    return this.files.get(name) ?? assert.fail(`no ${name} among ${[...this.files.keys()].join(', ')}`);
  }

  async page(name: string, { theme, size, scripts }: ViewOptions): Promise<ViewPage> {
    const context = await this.browser.newContext({ viewport: size });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.addInitScript(`window.violations = [];
      document.addEventListener('securitypolicyviolation', (e) =>
        window.violations.push(e.violatedDirective + ' ' + e.sourceFile + ' ' + e.sample));`);
    for (const script of scripts) await page.addInitScript(script);
    await page.route('**/*', (route) => {
      const path = new URL(route.request().url()).pathname.slice(1);
      if (path === '') return route.fulfill({ contentType: 'text/html', body: html(name, theme) });
      if (path === 'theme.css') return route.fulfill({ contentType: 'text/css', body: themeCss(theme) });
      const body = this.files.get(path);
      if (body === undefined) {
        errors.push(`the page asked for ${path}`);
        return route.abort();
      }
      return route.fulfill({ contentType: path.endsWith('.css') ? 'text/css' : 'text/javascript', body });
    });
    return {
      page,
      errors,
      load: async (first) => {
        await page.goto(`${ORIGIN}/`);
        await page.locator(first).first().waitFor();
      },
      violations: () => page.evaluate<string[]>('window.violations'),
      screenshot: async (title) => {
        await page.screenshot({ path: screenshotPath(title) });
      },
      close: () => context.close(),
    };
  }

  async stop(): Promise<void> {
    await this.browser.close();
  }
}

function html(name: string, theme: ThemeName): string {
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CSP}">
<link rel="stylesheet" href="${ORIGIN}/theme.css"><link rel="stylesheet" href="${ORIGIN}/${name}.css"></head>
<body class="${THEMES[theme].body}"><script nonce="test" src="${ORIGIN}/${name}.js"></script></body></html>`;
}
