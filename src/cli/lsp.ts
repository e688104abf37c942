import { helpOf, parseArguments, UsageError, type Flag } from './arguments';
import type { Command } from './command';

const flags: Record<string, Flag> = {
  stdio: { text: 'talk the language server protocol over standard input and output' },
  help: { text: 'show this help' },
};

export const lsp: Command = async (argv) => {
  const parsed = parseArguments('lsp', argv, flags);
  if (parsed.flags['help']) {
    process.stdout.write(helpOf('lsp --stdio', 'Runs the language server, for any editor.', flags));
    return 0;
  }
  if (!parsed.flags['stdio']) throw new UsageError('The language server needs --stdio.');
  // The server's own program; it finds `--stdio` in this process's arguments.
  await import('../server/main');
  return 0;
};
