import type { Ide } from '../ide/context';
import type { Channel } from '../model/model';
import type { Place } from '../protocol/common';
import type { TailInfo } from '../protocol/lsp';
import type { SourceRange } from '../text/range';
import { tailContract, tapTarget, type LoadText } from '../workspace/tailSource';
import { brokerInfo } from './tree';

/** What a tail of a channel needs to know; undefined where the id is no channel's. */
export function tailInfo(
  ide: Ide,
  id: string,
  place: (at: SourceRange) => Place,
  load: LoadText,
): TailInfo | undefined {
  const channel = ide.model.channel(id.replace(/^channel:/, ''));
  if (channel === undefined) return undefined;
  return {
    channel: channel.address,
    target: tapTarget(channel),
    protocol: channel.protocol,
    broker: channel.broker && brokerInfo(channel.broker, place, (file) => ide.file(file)?.file.text ?? ''),
    contract: tailContract(channel, load),
    contractAt: contractAt(channel, place),
    at: place(channel.at),
  };
}

/** The message in the contract's file; where nobody has read that, the place that names the file. */
function contractAt({ schema: use }: Channel, place: (at: SourceRange) => Place): Place | undefined {
  const { schema, version } = use ?? {};
  if (schema === undefined) return undefined;
  const used = version === undefined ? schema.versions.at(-1) : schema.versions.find((one) => one.version === version);
  const at = used?.contract?.name.at ?? used?.at ?? schema.source?.contract?.name.at ?? schema.fact.name.at;
  return place(at);
}
