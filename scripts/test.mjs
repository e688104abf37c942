/**
 * `npm test`: everything from a fresh clone to the last result. It installs and builds what is
 * missing, runs the suites and closes with `N passed, N failed`. `npm test -- unit brokers` runs
 * only the suites named. With TAILRACE_REQUIRE_BROKERS=1 every real part must be there.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setUpBrokers } from './setup/brokers.mjs';
import { setUpChromium } from './setup/chromium.mjs';
import { setUpWorkbench } from './setup/workbench.mjs';
import { staleDependencies } from './test/dependencies.mjs';
import { runMocha } from './test/mocha.mjs';
import { filesOf, SUITES } from './test/suites.mjs';

process.chdir(join(import.meta.dirname, '..'));
const began = Date.now();
let passed = 0;
let failed = 0;
/**
 * What failed, and how long each part took, for the summary: whoever reads the end of a long
 * output must not have to look for a failure in the middle.
 */
const troubles = [];
const times = [];
const notRun = [];

const names = ['typecheck', ...SUITES.map(({ name }) => name)];
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no suite “${unknown.join('”, “')}”. There are: ${names.join(', ')}.`);
  process.exit(2);
}
const wanted = SUITES.filter(({ name }) => asked.length === 0 || asked.includes(name));
const needs = new Set(wanted.flatMap((suite) => suite.needs));

const stale = staleDependencies();
if (stale) {
  heading(`npm ci (${stale})`);
  if (!step('npm ci', 'npm', ['ci'])) finish();
}
await setUp();
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
if (asked.length === 0 || asked.includes('typecheck')) npmScript('typecheck');
build();
for (const suite of wanted) await runSuite(suite);
finish();

async function setUp() {
  const parts = [
    ...needs.has('brokers') ? [setUpBrokers] : [],
    ...needs.has('workbench') ? [setUpChromium, setUpWorkbench] : [],
  ];
  if (parts.length === 0) return;
  heading('set-up');
  await timed('set-up', async () => {
    for (const part of parts) {
      for (const { what, why, how } of await part()) {
        notRun.push({ suite: what, reason: why, how });
        if (process.env.TAILRACE_REQUIRE_BROKERS !== '1') continue;
        failed++;
        troubles.push(`set-up could not ${what}, and TAILRACE_REQUIRE_BROKERS=1 demands it`);
      }
    }
  });
}

function build() {
  if (needs.has('package')) {
    // Packaging begins with a build of its own, which one more would only repeat.
    if (!scripts.package?.includes('build')) npmScript('build');
    npmScript('package');
  } else if (needs.has('build')) {
    npmScript('build');
  }
}

async function runSuite(suite) {
  const files = filesOf(suite);
  heading(`${suite.name}: ${files.length} files`);
  if (files.length === 0) {
    const how = `add some under test/${suite.folders[0] ?? ''}`;
    notRun.push({ suite: suite.name, reason: 'it has no test files', how });
    return;
  }
  await timed(suite.name, async () => {
    const outcome = await runMocha(suite, files);
    const failures = outcome.failures.length + outcome.trouble.length;
    passed += outcome.passed;
    failed += failures;
    troubles.push(
      ...outcome.failures.map(({ title, why }) => `suite ${suite.name}: ${title}\n${why.replace(/^/gm, '    ')}`),
      ...outcome.trouble.map((what) => `suite ${suite.name}: ${what}`),
    );
    notRun.push(...outcome.notRun);
    return `${outcome.passed} passed, ${failures} failed`;
  });
}

function npmScript(name) {
  if (!scripts[name]) return;
  heading(`npm run ${name}`);
  step(`npm run ${name}`, 'npm', ['run', '--silent', name]);
}

/** A step that is no test: when it fails it counts as one failure. */
function step(what, command, args) {
  const started = Date.now();
  const { status, signal, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  times.push({ what, seconds: (Date.now() - started) / 1000, result: status === 0 ? 'done' : 'FAILED' });
  if (status === 0) return true;
  failed++;
  troubles.push(`${what} failed (${error?.message ?? signal ?? `exit code ${status}`})`);
  return false;
}

async function timed(what, act) {
  const started = Date.now();
  const result = await act() ?? 'done';
  times.push({ what, seconds: (Date.now() - started) / 1000, result });
}

function heading(text) {
  console.log(`\n=== ${text}`);
}

function finish() {
  heading(`summary, ${((Date.now() - began) / 1000).toFixed(0)} s in all`);
  for (const { what, seconds, result } of times) {
    console.log(`${seconds.toFixed(1).padStart(8)} s  ${what}: ${result}`);
  }
  const ran = passed + failed;
  if (wanted.length > 0 && ran === 0) troubles.push('no test ran at all');
  for (const trouble of troubles) console.log(`FAILED: ${trouble}`);
  if (notRun.length > 0) {
    console.log(`\n${'!'.repeat(72)}\nNOT RUN, because something is missing on this machine:`);
    for (const { suite, reason, how } of notRun) {
      console.log(`  - ${suite}: ${reason}\n      to run it: ${how}`);
    }
    console.log('!'.repeat(72));
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exit(failed > 0 || (wanted.length > 0 && ran === 0) ? 1 : 0);
}
