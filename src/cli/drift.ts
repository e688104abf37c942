import { resolve } from 'node:path';
import { wantedTargets } from '../drift/channels';
import { compareBroker, type Comparison } from '../drift/compare';
import { configured } from '../drift/configured';
import { isCopyAt } from '../drift/copy';
import type { Broker } from '../model/model';
import { noAddressAdvice } from '../protocol/noAddress';
import { severities, type Severity } from '../text/problem';
import { didYouMeanText } from '../text/suggest';
import { unsetVariables } from '../workspace/tailAddress';
import { helpOf, parseArguments, textFlag, UsageError, type Flag, type ParsedArguments } from './arguments';
import { declaredBroker, givenBroker, type ReachedBroker } from './brokerAddress';
import type { Command } from './command';
import { registryDrift } from './driftRegistry';
import { driftReport, writeDriftJson, writeDriftPretty } from './formats/drift';
import { readFrom } from './inventory';
import { load, type Loaded } from './load';
import { withoutSecrets } from './secrets';
import { signInFlags, signInHelp, signInOf } from './signIn';

const flags: Record<string, Flag> = {
  broker: { value: 'NAME[=URL]', text: 'compare this broker only, at that address where one is given; may be given several times', many: true },
  management: { value: 'URL', text: 'RabbitMQ’s management API, where it is not on port 15672 of this machine' },
  ...signInFlags,
  format: { value: 'FORMAT', text: 'how to print', choices: ['pretty', 'json'] },
  'fail-on': { value: 'SEVERITY', text: 'exit with 1 from this severity up', choices: [...severities, 'never'] },
  config: { value: 'FILE', text: 'use this configuration instead of tailrace.config.yaml' },
  help: { text: 'show this help' },
};

/** A broker that a file declares, with the way to it that was found or given. */
interface Chosen {
  readonly broker: Broker;
  readonly reached: ReachedBroker;
}

/** `tailrace drift`: what files declare beside what is on their brokers, which are only read. */
export const drift: Command = async (argv) => {
  const parsed = parseArguments('drift', argv, flags);
  if (parsed.flags['help']) {
    process.stdout.write(helpOf('drift [paths]', [
      'Says where files and live brokers differ; paths default to the current folder. Brokers are only read.',
      signInHelp,
      'Where several brokers are compared, the variables end in the name of each: TAILRACE_USER_NAME.',
    ].join('\n'), flags));
    return 0;
  }
  const cwd = process.cwd();
  const config = textFlag(parsed, 'config');
  const loaded = load(parsed.positionals, cwd, config === undefined ? undefined : resolve(cwd, config));
  const chosen = choose(loaded, parsed);
  const comparisons: Comparison[] = [];
  const failures: string[] = [];
  for (const one of chosen) {
    try {
      comparisons.push(await compareOne(loaded, one));
    } catch (error) {
      failures.push(`${one.broker.name} cannot be compared: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const report = driftReport(comparisons, loaded);
  process.stdout.write((textFlag(parsed, 'format') ?? 'pretty') === 'json' ? writeDriftJson(report)
    : writeDriftPretty(report, withoutSecrets(loaded), process.stdout.isTTY === true && !process.env['NO_COLOR']));
  if (failures.length > 0) throw new UsageError(failures.join(' '));
  const limit = severities.indexOf((textFlag(parsed, 'fail-on') ?? 'error') as Severity);
  return report.problems.some(({ severity }) => severities.indexOf(severity) <= limit) ? 1 : 0;
};

async function compareOne(loaded: Loaded, { broker, reached: { protocol, connect } }: Chosen): Promise<Comparison> {
  const { snapshot: { model }, workspace } = loaded;
  const inventory = await readFrom({ protocol, connect }, wantedTargets(broker));
  const comparison = compareBroker(model, broker, inventory, {
    isCopy: isCopyAt(broker, connect.url),
    fileOf: ({ file }) => {
      const found = loaded.snapshot.file(file)?.file;
      return found && { ...found, dialect: model.files.get(file)?.dialect ?? '' };
    },
  });
  const registry = await registryDrift(broker, loaded);
  const problems = configured([...comparison.problems, ...registry.problems], model, {
    configOf: (path) => workspace.lintConfig(path), text: (file) => loaded.places.text(file),
  });
  return { ...comparison, problems, notes: [...comparison.notes, ...registry.notes] };
}

function choose(loaded: Loaded, parsed: ParsedArguments): readonly Chosen[] {
  const { brokers } = loaded.snapshot.model;
  const named = parsed.lists['broker'] ?? [];
  const managementUrl = textFlag(parsed, 'management');
  const management = managementUrl === undefined ? {} : { managementUrl };
  const wanted = named.length > 0 ? named.map((text) => brokerNamed(brokers, text)) : brokers.map((broker) => ({ broker, url: undefined }));
  const chosen = wanted.flatMap(({ broker, url }): Chosen[] => {
    const signIn = signInOf(parsed, wanted.length === 1 ? undefined : broker.name);
    const reached = url === undefined ? declaredBroker(broker, broker.protocol, loaded, signIn) : givenBroker(url, broker.protocol, signIn);
    if (reached !== undefined && broker.protocol !== undefined && reached.protocol !== broker.protocol) {
      throw new UsageError(`${broker.name} speaks ${broker.protocol} by its files, and ${reached.connect.url} is an address of ${reached.protocol}.`);
    }
    if (reached !== undefined) return [{ broker, reached: { ...reached, connect: { ...reached.connect, ...management } } }];
    const unset = unsetVariables(broker, (file) => loaded.places.text(file), process.env);
    const why = noAddressAdvice(broker.name, unset, `say --broker ${broker.name}=URL`);
    if (named.length > 0) throw new UsageError(why);
    process.stderr.write(`tailrace: ${broker.name} is left out. ${why}\n`);
    return [];
  });
  if (chosen.length > 0) return chosen;
  throw new UsageError('No file here declares a broker that can be reached. Declare one in a flow file, or name one with --broker NAME=URL.');
}

function brokerNamed(brokers: readonly Broker[], text: string): { broker: Broker; url: string | undefined } {
  const [, name = text, url] = /^([^=:/]+)=(.+)$/.exec(text) ?? [];
  const found = brokers.find(({ id }) => id === name) ?? brokers.find((one) => one.name === name);
  if (found !== undefined) return { broker: found, url };
  const [only, ...more] = brokers;
  // Where there is one broker only, its address alone says enough.
  if (url === undefined && /:\/\//.test(text) && only !== undefined && more.length === 0) return { broker: only, url: text };
  throw new UsageError(`No file here declares a broker "${name}".${didYouMeanText(name, brokers.map(({ id }) => id))} --broker takes NAME or NAME=URL.`);
}
