import { helpOf, parseArguments, textFlag, type Flag } from './arguments';
import type { Command } from './command';
import { modelJson } from './formats/modelJson';
import { prettyModel } from './formats/prettyModel';
import { load } from './load';

const flags: Record<string, Flag> = {
  format: { value: 'FORMAT', text: 'how to write it', choices: ['pretty', 'json'] },
  help: { text: 'show this help' },
};

/** `tailrace model`: what the files say, fact by fact, with dialect, place, and where each setting comes from. */
export const model: Command = async (argv) => {
  const parsed = parseArguments('model', argv, flags);
  if (parsed.flags['help']) {
    process.stdout.write(helpOf('model [paths]', 'Prints every fact with its place and origin; paths default to the current folder.', flags));
    return 0;
  }
  const { snapshot, places } = load(parsed.positionals, process.cwd());
  const write = textFlag(parsed, 'format') === 'json' ? modelJson : prettyModel;
  process.stdout.write(write(snapshot.model, (at) => places.of(at)));
  return 0;
};
