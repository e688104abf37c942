import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { checklistOf } from '../report/build';
import type { Checklist } from '../report/checklist';
import { checklistHtml } from '../report/html';
import { checklistJson } from '../report/json';
import { checklistMarkdown } from '../report/markdown';
import { checklistPretty } from '../report/pretty';
import { helpOf, parseArguments, textFlag, type Flag } from './arguments';
import type { Command } from './command';
import { flowsOf, focused } from './flows';
import { load, nativeOf, type Loaded } from './load';
import { linkedPlaces, paintFor, placeText } from './shown';

const flags: Record<string, Flag> = {
  format: { value: 'FORMAT', text: 'how to write it; with --out its ending decides', choices: ['pretty', 'markdown', 'html', 'json'] },
  focus: { value: 'NAME', text: 'only flows that pass this service, channel or broker' },
  out: { value: 'FILE', text: 'write to a file; links in it start at its folder' },
  help: { text: 'show this help' },
};

const endings: Record<string, string> = { md: 'markdown', markdown: 'markdown', html: 'html', htm: 'html', json: 'json' };

/** `tailrace report`: the reliability checklist, each point met, not met or unknown, with its evidence. */
export const report: Command = async (argv) => {
  const parsed = parseArguments('report', argv, flags);
  if (parsed.flags['help']) {
    process.stdout.write(helpOf('report [paths]', 'Writes the reliability checklist, per flow and for the whole; paths default to the current folder.', flags));
    return 0;
  }
  const out = textFlag(parsed, 'out');
  const loaded = load(parsed.positionals, process.cwd());
  const checklist = checklistOf(loaded.snapshot.model, {
    guarantees: focused(flowsOf(loaded), textFlag(parsed, 'focus')),
    problems: [...loaded.snapshot.problems.values()].flat(),
    isOff: (rule, at) => loaded.workspace.isOff(rule, loaded.snapshot.model.files.get(at.file)?.path ?? ''),
    exists: (path) => existsSync(nativeOf(path)),
  });
  const ending = out?.slice(out.lastIndexOf('.') + 1).toLowerCase() ?? '';
  const text = write(checklist, textFlag(parsed, 'format') ?? endings[ending] ?? 'pretty', loaded, out);
  if (out === undefined) process.stdout.write(text);
  else writeFileSync(resolve(process.cwd(), out), text);
  return 0;
};

function write(checklist: Checklist, format: string, loaded: Loaded, out: string | undefined): string {
  switch (format) {
    case 'markdown': return checklistMarkdown(checklist, linkedPlaces(loaded, out));
    case 'html': return checklistHtml(checklist, linkedPlaces(loaded, out));
    case 'json': return checklistJson(checklist, (at) => loaded.places.of(at));
    default: return checklistPretty(checklist, placeText(loaded), paintFor(out !== undefined));
  }
}
