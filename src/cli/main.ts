import { UsageError } from './arguments';
import type { Command } from './command';

/** The commands, each loaded when it is called: `rules` should not pay for the layout engine. */
const commands: Record<string, { readonly summary: string; load(): Promise<Command> }> = {
  check: { summary: 'lint topology and contract files', load: async () => (await import('./check')).check },
  graph: { summary: 'draw producer -> channel -> consumer', load: async () => (await import('./graph')).graph },
  guarantee: { summary: 'say what each flow gives, and the shortest way to break it', load: async () => (await import('./guarantee')).guarantee },
  report: { summary: 'write the reliability checklist', load: async () => (await import('./checklist')).report },
  compat: { summary: 'say what contracts break against a commit or a folder', load: async () => (await import('./compat')).compat },
  model: { summary: 'print every fact with its place and origin', load: async () => (await import('./model')).model },
  convert: { summary: 'write all that the files say as one flow file', load: async () => (await import('./convert')).convert },
  rules: { summary: 'list the rules', load: async () => (await import('./rules')).rules },
  sample: { summary: 'print values that a contract takes', load: async () => (await import('./sample')).sample },
  tail: { summary: 'tail a channel of a live broker', load: async () => (await import('./tail')).tail },
  drift: { summary: 'compare what files declare with live brokers', load: async () => (await import('./drift')).drift },
  import: { summary: 'write a flow file from a live broker', load: async () => (await import('./import')).importBroker },
  lsp: { summary: 'run the language server', load: async () => (await import('./lsp')).lsp },
};

function usage(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const rows = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'Usage: tailrace <command> [options]',
    '',
    'Says what a system of messages will lose, duplicate, reorder or block.',
    '',
    ...rows,
    '',
    'tailrace <command> --help tells more. --version prints the version.',
    '',
  ].join('\n');
}

/**
 * Runs one command line.
 * @returns the exit code: 0 nothing found, 1 something, 2 a wrong call or a failure to read or write.
 */
export async function run(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    (name === undefined ? process.stderr : process.stdout).write(usage());
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${(await import('./version')).version}\n`);
    return 0;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) {
    const { didYouMeanText } = await import('../text/suggest');
    throw new UsageError(`There is no command "${name}".${didYouMeanText(name, Object.keys(commands))} See tailrace --help.`);
  }
  return (await entry.load())(rest);
}

/** One line on standard error, never a stack trace: what went wrong, in the words of whoever refused. */
function complain(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`tailrace: ${text.replace(/\s*\n\s*/g, ' ').trim()}\n`);
}

// A reader that has seen enough (`| head`) closes the pipe: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') complain(error);
  process.exit(error.code === 'EPIPE' ? 0 : 2);
});

run(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    complain(error);
    process.exitCode = 2;
  },
);
