import { writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { dump } from 'js-yaml';
import { toFlowFile } from '../graph/flowFile';
import { helpOf, parseArguments, textFlag, type Flag } from './arguments';
import type { Command } from './command';
import { load } from './load';

const flags: Record<string, Flag> = {
  out: { value: 'FILE', text: 'write to a file; paths in it are relative to that file' },
  format: { value: 'FORMAT', text: 'how to write it', choices: ['yaml'] },
  help: { text: 'show this help' },
};

/** `tailrace convert`: all that the files say, as one flow file. */
export const convert: Command = async (argv) => {
  const parsed = parseArguments('convert', argv, flags);
  if (parsed.flags['help']) {
    process.stdout.write(helpOf('convert [paths]', 'Writes what all files say as one flow file; paths default to the current folder.', flags));
    return 0;
  }
  const out = textFlag(parsed, 'out');
  const { snapshot } = load(parsed.positionals, process.cwd());
  const folder = out === undefined ? process.cwd() : dirname(resolve(process.cwd(), out));
  const { document, left } = toFlowFile(snapshot.model, (path) => {
    const shown = relative(folder, path).replaceAll('\\', '/');
    return shown.startsWith('.') ? shown : `./${shown}`;
  });
  const text = dump(document, { lineWidth: 110, noRefs: true, sortKeys: false });
  const notes = left.length === 0 ? '' : `# Left out:\n${left.map((line) => `# - ${line}\n`).join('')}`;
  const whole = `${text}${notes}`;
  if (out === undefined) process.stdout.write(whole);
  else writeFileSync(resolve(process.cwd(), out), whole);
  return 0;
};
