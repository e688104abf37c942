import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { EarlierReading, OtherFiles, Reader, ReadOptions, ReadResult } from '../../model/reader';
import { connectorSkipped } from '../kafka-connect/connector';
import { readConfig } from '../microprofile/config';
import { folderName } from '../shared/folderName';
import { KeyedValues } from '../shared/keyed';
import { dialect } from './dialect';
import { isServerFile } from './recognize';
import { isServer, serverFacts, serverOfKeys } from './server';

/** The configuration of a Debezium Server, which runs on Quarkus and is configured as its programs are. */
export const debeziumServer: Reader = { dialect, recognizes: isServerFile, read: readServer };

/** A server has one file; what stands beside it is its storage. */
const alone: OtherFiles = new Map();

function readServer(
  file: SourceFile, _others: OtherFiles, _before?: EarlierReading, options: ReadOptions = {},
): ReadResult {
  const { values, problems } = readConfig(file, options, alone);
  if (!isServer(values)) return { facts: [], problems };
  const own = new KeyedValues(file, values.all.filter((one) => one.key.startsWith('debezium.')));
  const said = values.text('quarkus.application.name', 'debezium.source.name');
  const first = own.all[0];
  const at = first?.keyAt ?? rangeIn(file, 0, 0);
  const name = said ?? { value: folderName(file.path) ?? 'debezium-server', at };
  const extent = rangeIn(file, at.start, Math.max(at.end, own.all.at(-1)?.extent.end ?? 0));
  const inferred = said === undefined
    ? { inferred: 'The file has no quarkus.application.name; the server is named after its folder.' } : {};
  const facts = serverFacts(serverOfKeys(own, { extent, name, ...inferred }));
  return { facts, problems, skipped: connectorSkipped(own, false) };
}
