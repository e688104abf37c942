import { findChromium } from '../../../scripts/setup/chromium-home.mjs';
import { findWorkbench } from '../../../scripts/setup/workbench-home.mjs';
import { notRun } from '../not-run';

export { openWorkbench } from '../../../scripts/workbench/open.mjs';
export type { OpenWorkbench } from '../../../scripts/workbench/open.mjs';
export { WorkbenchPage } from '../../../scripts/workbench/page.mjs';
export { startWorkbench } from '../../../scripts/workbench/server.mjs';
export type { RunningWorkbench, WorkbenchOptions } from '../../../scripts/workbench/server.mjs';
export type { Theme } from '../../../scripts/workbench/settings.mjs';

/**
 * For a suite's `before` hook: makes sure that workbench and browser are installed and gives the
 * hook time to start them. Where they are not, the suite is not run, which `npm test` tells at its
 * end; with TAILRACE_REQUIRE_BROKERS=1 it fails instead.
 */
export function requireWorkbench(hook: Mocha.Context): void {
  hook.timeout(240_000);
  if (!findChromium()) notRun(hook, 'Chromium is not installed', 'node scripts/setup/chromium.mjs');
  if (!findWorkbench()) notRun(hook, 'the workbench is not installed', 'node scripts/setup/workbench.mjs');
}
