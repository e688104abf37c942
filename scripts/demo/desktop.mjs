import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../support/find-program.mjs';

/**
 * Opens a folder in the desktop VS Code, with the extension in an extensions folder of its own, so
 * that the user's installation stays as it is.
 *
 * @param {{ folder: string, vsix: string, env: Record<string, string>, say(line: string): void, onEnd(undo: () => void): void }} options
 * @returns {boolean} false if there is no desktop VS Code that can show a window
 */
export function openDesktop({ folder, vsix, env, say, onEnd }) {
  const code = findProgram('code');
  const screen = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!code || !screen) return false;
  const dir = mkdtempSync(join(tmpdir(), 'tailrace-demo-'));
  onEnd(() => rmSync(dir, { recursive: true, force: true }));
  const common = ['--user-data-dir', join(dir, 'user'), '--extensions-dir', join(dir, 'extensions')];
  // Electron refuses its sandbox to root.
  if (process.getuid?.() === 0) common.push('--no-sandbox');
  say('install the extension into a VS Code profile of its own …');
  const installed = spawnSync(code, [...common, '--install-extension', vsix, '--force'], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (installed.status !== 0) {
    say('the desktop VS Code did not take the extension; using the browser instead');
    return false;
  }
  const window = spawn(code, [...common, '--new-window', '--wait', '--disable-workspace-trust', folder], {
    stdio: 'ignore', detached: true, env: { ...process.env, ...env },
  });
  window.on('error', (error) => say(`VS Code: ${error.message}`));
  onEnd(() => {
    try {
      if (window.pid) process.kill(-window.pid);
    } catch {
      // It was closed already.
    }
  });
  return true;
}
