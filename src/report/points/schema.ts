import type { Channel, SchemaUse } from '../../model/model';
import { declaredIn, isExternal } from '../../lint/channels';
import { channelWords, listWords } from '../../lint/words';
import type { Answer } from '../checklist';
import { together, type Point } from '../context';
import { legsOf, type Leg } from '../legs';

/** Each message of the flow has a schema, and of the schema one version is named. */
export const schemaPoint: Point = ({ guarantee }) => together(legsOf(guarantee.flow).map(ofLeg));

/** What the messages of a leg look like: one of its channels says it, since routes change nothing in them. */
export function schemaOf(leg: Leg): { readonly channel: Channel; readonly use: SchemaUse } | undefined {
  for (const channel of leg.channels) if (channel.schema !== undefined) return { channel, use: channel.schema };
  return undefined;
}

function ofLeg(leg: Leg): Answer {
  const found = schemaOf(leg);
  if (found === undefined) return without(leg);
  const { channel, use } = found;
  const at = use.written.at;
  const words = channelWords(channel);
  const carries = `${words} carries ${use.written.value}`;
  if (use.schema === undefined) {
    // What only follows from names is no reference that somebody could have got wrong.
    const status = use.inferred === undefined && declaredIn(channel, 'flow') ? 'not-met' : 'unknown';
    return { status, evidence: `${carries}, which no file declares.`, at, next: `Declare the schema ${use.name}, with its versions.` };
  }
  const versions = use.schema.versions.map((one) => one.version);
  const source = use.schema.source?.contract?.version;
  if (versions.length === 0 && source === undefined) {
    const at = use.schema.fact.name.at;
    // Elsewhere a file is registered as it is, and the registry counts its versions.
    return use.schema.fact.dialect === 'flow'
      ? { status: 'not-met', evidence: `${carries}, and the schema ${use.name} has no version: nothing tells what an older or newer message looks like.`, at, next: `Give ${use.name} versions.` }
      : { status: 'unknown', evidence: `${carries}, whose versions are in no file.`, at, next: `Name the file of each version in a flow file (schemas: { ${use.name}: { versions: … } }).` };
  }
  if (use.version !== undefined && versions.length > 0 && !versions.includes(use.version)) {
    return {
      status: 'not-met', evidence: `${carries}, and the schema ${use.name} has no version ${use.version}; it has ${listWords(versions)}.`,
      at, next: `Declare version ${use.version} of ${use.name}, or name one that there is.`,
    };
  }
  const missing = use.schema.versions.find((one) => one.fileExists === false && (use.version === undefined || one.version === use.version));
  if (missing !== undefined) {
    return { status: 'not-met', evidence: `${carries}, and the file of version ${missing.version} is not there.`, at: missing.at, next: 'Correct the path, or add the file.' };
  }
  if (use.version === undefined && versions.length > 1) {
    return {
      status: 'not-met', evidence: `${carries}, of which there are versions ${listWords(versions)}: nobody says which of them is on the wire.`,
      at, next: `Name the version (${use.name}@${versions.at(-1)}).`,
    };
  }
  const version = use.version ?? versions[0] ?? source;
  const format = use.schema.fact.format?.value;
  const inferred = use.inferred === undefined ? '' : ' No file names it outright; it is concluded from its name.';
  return { status: 'met', evidence: `${words} carries ${use.name}, version ${version}${format === undefined ? '' : ` (${format})`}.${inferred}`, at };
}

function without({ channels, publish }: Leg): Answer {
  const channel = channels[0];
  if (channel === undefined) return { status: 'unknown', evidence: 'No file names the channel.', at: publish.at };
  const next = 'Name one on the channel (schema: Name@version).';
  // Only these files can name a schema: where they declare the channel without one, there is none to be found.
  const declared = channels.find((one) => declaredIn(one, 'flow', 'asyncapi') && !isExternal(one));
  if (declared !== undefined) {
    return { status: 'not-met', evidence: `${channelWords(declared)} is declared without a schema.`, at: declared.at, next };
  }
  return { status: 'unknown', evidence: `No file that was read names a schema for ${channelWords(channel)}.`, at: channel.at, next };
}
