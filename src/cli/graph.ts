import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { graphDot } from '../graph/dot';
import { focusGraph } from '../graph/focus';
import { graphJson } from '../graph/json';
import { layoutGraph } from '../graph/layout';
import { graphMermaid } from '../graph/mermaid';
import { graphSvg } from '../graph/svg';
import type { FlowGraph } from '../graph/types';
import { didYouMeanText } from '../text/suggest';
import { helpOf, parseArguments, textFlag, UsageError, type Flag } from './arguments';
import type { Command } from './command';
import { writePrettyGraph } from './formats/prettyGraph';
import { load, type Loaded } from './load';

const flags: Record<string, Flag> = {
  format: { value: 'FORMAT', text: 'how to write it; with --out its ending decides', choices: ['pretty', 'svg', 'json', 'mermaid', 'dot'] },
  focus: { value: 'NAME', text: 'only what flows to and from this service, channel or broker' },
  out: { value: 'FILE', text: 'write to a file' },
  help: { text: 'show this help' },
};

const endings: Record<string, string> = { svg: 'svg', json: 'json', mmd: 'mermaid', mermaid: 'mermaid', dot: 'dot', gv: 'dot' };

export const graph: Command = async (argv) => {
  const parsed = parseArguments('graph', argv, flags);
  if (parsed.flags['help']) {
    process.stdout.write(helpOf('graph [paths]', 'Draws producer -> channel -> consumer; paths default to the current folder.', flags));
    return 0;
  }
  const out = textFlag(parsed, 'out');
  const loaded = load(parsed.positionals, process.cwd());
  const drawn = focused(loaded.snapshot.graph, textFlag(parsed, 'focus'));
  const ending = out?.slice(out.lastIndexOf('.') + 1).toLowerCase() ?? '';
  const text = await write(drawn, textFlag(parsed, 'format') ?? endings[ending] ?? 'pretty', loaded);
  if (out === undefined) process.stdout.write(text);
  else writeFileSync(resolve(process.cwd(), out), text);
  return 0;
};

function focused(whole: FlowGraph, name: string | undefined): FlowGraph {
  if (name === undefined) return whole;
  const part = focusGraph(whole, name);
  if (part !== undefined) return part;
  const guess = didYouMeanText(name, whole.nodes.map((n) => n.label));
  throw new UsageError(`There is no service, channel or broker "${name}".${guess}`);
}

async function write(drawn: FlowGraph, format: string, loaded: Loaded): Promise<string> {
  switch (format) {
    case 'json': return graphJson(drawn, (at) => loaded.places.of(at));
    case 'dot': return graphDot(drawn);
    case 'svg': {
      const { createElk } = await import('../workspace/elk');
      return graphSvg(drawn, await layoutGraph(drawn, createElk()));
    }
    case 'mermaid': return graphMermaid(drawn);
    default: return writePrettyGraph(drawn);
  }
}
