import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FlowGuarantee } from '../delivery/guarantee';
import { promiseOf, type Promised } from '../report/promise';
import { helpOf, parseArguments, textFlag, type Flag } from './arguments';
import type { Command } from './command';
import { flowNamed, flowsOf, focused } from './flows';
import { guaranteeJson } from './formats/guaranteeJson';
import { markdownGuarantees, markdownStory } from './formats/markdownGuarantee';
import { prettyGuarantees, prettyStory } from './formats/prettyGuarantee';
import { load } from './load';
import { linkedPlaces, paintFor, placeText } from './shown';

const flags: Record<string, Flag> = {
  format: { value: 'FORMAT', text: 'how to write it', choices: ['pretty', 'json', 'markdown'] },
  explain: { value: 'FLOW', text: 'tell the whole story of one flow: its id, a part of it that no other has, or producer>consumer' },
  focus: { value: 'NAME', text: 'only flows that pass this service, channel or broker' },
  'fail-on': {
    value: 'SEVERITY', choices: ['error', 'warning', 'info', 'never'],
    text: 'exit with 1 if a flow gives less than declared: error for sure, warning also if only an assumption makes it, info also if nobody declares one; never by default',
  },
  out: { value: 'FILE', text: 'write to a file' },
  help: { text: 'show this help' },
};

/** `tailrace guarantee`: of each flow what is declared, what the settings give, and by what it breaks. */
export const guarantee: Command = async (argv) => {
  const parsed = parseArguments('guarantee', argv, flags);
  if (parsed.flags['help']) {
    process.stdout.write(helpOf('guarantee [paths]', 'Says of each flow what it gives, and the shortest way to break it; paths default to the current folder.', flags));
    return 0;
  }
  const out = textFlag(parsed, 'out');
  const explain = textFlag(parsed, 'explain');
  const loaded = load(parsed.positionals, process.cwd());
  const all = focused(flowsOf(loaded), textFlag(parsed, 'focus'));
  const one = explain === undefined ? undefined : flowNamed(all, explain);
  const flows = one === undefined ? all : [one];
  const text = ((): string => {
    switch (textFlag(parsed, 'format')) {
      case 'json': return guaranteeJson(flows, (at) => loaded.places.of(at));
      case 'markdown': return one === undefined ? markdownGuarantees(flows) : markdownStory(one, linkedPlaces(loaded, out));
      default: {
        const paint = paintFor(out !== undefined);
        return one === undefined ? prettyGuarantees(flows, paint) : prettyStory(one, placeText(loaded), paint);
      }
    }
  })();
  if (out === undefined) process.stdout.write(text);
  else writeFileSync(resolve(process.cwd(), out), text);
  return fails(flows, textFlag(parsed, 'fail-on') ?? 'never') ? 1 : 0;
};

const failing: Readonly<Record<string, readonly Promised[]>> = {
  error: ['broken'], warning: ['broken', 'assumed'], info: ['broken', 'assumed', 'none'],
};

function fails(flows: readonly FlowGuarantee[], failOn: string): boolean {
  return flows.some((one) => failing[failOn]?.includes(promiseOf(one)) === true);
}
