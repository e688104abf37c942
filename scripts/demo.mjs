/**
 * `npm run demo`: from a fresh clone to examples/shop open in VS Code, with messages flowing.
 * It installs and builds what is missing, starts an MQTT broker of its own with a small publisher,
 * publishes to Kafka, RabbitMQ and NATS too where they answer on their usual local ports, and opens
 * the desktop `code` if there is one, else the workbench in the browser. Ctrl-C ends all of it.
 *
 * Flags: `--browser` for the browser workbench even where `code` is there; `--port N` for its port.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { staleDependencies } from './test/dependencies.mjs';

process.chdir(join(import.meta.dirname, '..'));
const { values: flags } = parseArgs({ options: { browser: { type: 'boolean' }, port: { type: 'string' } } });

/** Undone in reverse order when the demo ends, however it ends. @type {(() => unknown)[]} */
const cleanups = [];
let ending = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0));

try {
  await main();
} catch (error) {
  console.error(`\n[demo] FAILED: ${error instanceof Error ? error.message : String(error)}`);
  await end(1);
}

async function main() {
  const stale = staleDependencies();
  if (stale) npm(`install the dependencies (${stale})`, ['ci']);
  npm('build and package the extension', ['run', '--silent', 'package']);

  const { startSources } = await import('./demo/sources.mjs');
  const { env, stop } = await startSources(say);
  cleanups.push(stop);

  const { openDesktop } = await import('./demo/desktop.mjs');
  const folder = join(process.cwd(), 'examples', 'shop');
  const vsix = join(process.cwd(), 'dist', 'tailrace.vsix');
  if (!flags.browser && openDesktop({ folder, vsix, env, say, onEnd: (undo) => cleanups.push(undo) })) {
    say('VS Code is open on examples/shop.');
  } else {
    const { setUpWorkbench } = await import('./setup/workbench.mjs');
    const missing = await setUpWorkbench();
    if (missing[0]) throw new Error(`${missing[0].what} did not work: ${missing[0].why} By hand: ${missing[0].how}`);
    const { startWorkbench } = await import('./workbench/server.mjs');
    say('start VS Code in the browser …');
    const port = flags.port === undefined ? undefined : Number(flags.port);
    const workbench = await startWorkbench({ folder, vsix, inPlace: true, env, port });
    cleanups.push(() => workbench.stop());
    console.log(`\n  VS Code with Tailrace:  ${workbench.url}\n`);
  }
  console.log([
    '  Open shop.flow.yaml: a few faults are waiting there, each with its reason.',
    '  The graph: the button at the top right of the editor, or “Tailrace: Open Flow Graph”.',
    '  Live messages: the lens “Tail” above shop/shelves/+/weight.',
    '',
    '  Ctrl-C ends the demo.',
    '',
  ].join('\n'));
}

/** @param {string} what @param {string[]} args */
function npm(what, args) {
  say(`${what} …`);
  const { status } = spawnSync('npm', args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`Could not ${what}: npm ${args.join(' ')} ended with ${status}.`);
}

/** @param {string} line */
function say(line) {
  console.log(`[demo] ${line}`);
}

/** @param {number} code */
async function end(code) {
  if (ending) return;
  ending = true;
  if (cleanups.length > 0) console.log('\n[demo] ending …');
  for (const undo of cleanups.reverse()) {
    try {
      await undo();
    } catch (error) {
      console.error(`[demo] ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  process.exit(code);
}
