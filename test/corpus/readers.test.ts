import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { contractReaders } from '../../src/contracts/index';
import type { Fact } from '../../src/model/facts';
import { readers } from '../../src/readers/index';
import type { FileId } from '../../src/text/range';
import type { SourceFile } from '../../src/text/sourceFile';
import { readFile, readerOf } from '../../src/workspace/read';
import { notRun } from '../support/not-run';
import { rangesOf } from '../support/ranges';

/** Real files of public projects; they lie beside the project and are not part of it. */
const corpus = resolve(import.meta.dirname, '../../../shared/corpus');

/** INDEX.tsv's words for the dialects that are read. */
const ours: Readonly<Record<string, string>> = {
  asyncapi: 'asyncapi', 'rabbitmq-definitions': 'rabbitmq-definitions', 'kafka-properties': 'kafka-properties',
  avro: 'avro', proto: 'proto', jsonschema: 'jsonschema', 'nats-conf': 'nats-conf', mosquitto: 'mosquitto',
  spring: 'spring', microprofile: 'microprofile', 'kafka-connect': 'kafka-connect', 'debezium-server': 'debezium-server',
  julie: 'julie', 'topic-spec-custom': 'topic-spec-custom',
  strimzi: 'strimzi', 'clowder-clowdapp': 'clowder-clowdapp', kubernetes: 'kubernetes',
  'docker-compose': 'docker-compose', 'nats-jetstream': 'nats-jetstream', dapr: 'dapr',
};

/**
 * INDEX.tsv goes by folder; these files are something else than their neighbours: connectors, loggers and
 * ZooKeeper among the settings of Kafka, parts of documents, a client's login among the connectors.
 */
const deviations: readonly [RegExp, string, string][] = [
  [/^kafka-properties$/, '/(sink|source)[^/]*$|-(sink|source)\\.properties$', 'kafka-connect'],
  // A compose file's part with the programs that use Streams.
  [/^kafka-properties$/, '\\.yml$', 'docker-compose'],
  [/^cloudevents$/, '/docker-compose\\.yaml$', 'docker-compose'],
  [/^kafka-properties$/, '(log4j|zookeeper)\\.properties$', 'none'],
  // INDEX.tsv counts this Quarkus program among the CloudEvents that it handles.
  [/^cloudevents$/, '/avro-data-extractor/src/main/resources/application\\.properties$', 'microprofile'],
  [/^asyncapi$/, '/(refs-1|refs-2|simple-message)\\.yaml$', 'none'],
  // Nothing but two hashes for another file to refer to: nobody could tell what it is of.
  [/^nats-conf$/, '/includes/passwords\\.conf$', 'none'],
  [/^kafka-connect$/, '/client\\.properties$', 'kafka-properties'],
  // A database's address for Debezium's platform, and a descriptor of JulieOps.
  [/^kafka-connect$/, '/connection-source\\.json$', 'none'],
  [/^kafka-connect$/, 'julie/example/descriptor\\.json$', 'julie'],
  // Listed a second time, by what their records look like.
  [/^cloudevents$/, '/register-[^/]*\\.json$', 'kafka-connect'],
  // The databases at both ends of a server: plain deployments.
  [/^debezium-server$/, '/infra/00[12]_(postgresql|mysql)\\.yml$', 'none'],
  // A database, rights, a secret and the operator's own installation stand beside the cluster.
  [/^strimzi$/, '/openshift/(mysql|role|role-binding|secret|strimzi-kafka-operator)\\.yaml$', 'none'],
  // Certificates, a test server's Helm values, and those of the controller: no streams.
  [/^nats-jetstream$/, '/(client-tls|server-tls|issuer|nack-[ab]-client-tls|nats-helm|nack-control-loop|nack-legacy)\\.yaml$', 'none'],
  // Workloads of a system that runs with Dapr: brokers by their images, programs with sidecars.
  [/^dapr$/, '/k8s/(\\w+service|mosquitto|rabbitmq|simulation)\\.yaml$', 'kubernetes'],
  // What stands beside it: a namespace, a mail server, secrets and rights, tracing, a database.
  [/^dapr$/, '/k8s/(namespace|maildev|secrets|zipkin|redis)\\.yaml$', 'none'],
];

function deviation(row: Row): string | undefined {
  return deviations.find(([dialect, path]) => dialect.test(row.dialect) && new RegExp(path).test(row.path))?.[2];
}

interface Row {
  readonly dialect: string;
  readonly path: string;
}

function rows(): Row[] {
  return readFileSync(join(corpus, 'INDEX.tsv'), 'utf8').split('\n').slice(1).filter((l) => l !== '').map((line) => {
    const [dialect = '', repo = '', path = ''] = line.split('\t');
    return { dialect, path: join(corpus, repo.replace('/', '+'), path) };
  });
}

function load(path: string): SourceFile {
  return { id: `file://${path}` as FileId, path, text: readFileSync(path, 'utf8').replace(/^\uFEFF/, '') };
}

describe('corpus: readers', () => {
  before(function () {
    if (!existsSync(corpus)) notRun(this, 'the corpus of real files is not there', 'put it in ../shared/corpus', false);
  });

  it('recognizes its own files and no others', () => {
    const mine = [...readers, ...contractReaders].filter((r) => Object.values(ours).includes(r.dialect));
    const wrong: string[] = [];
    let right = 0;
    for (const row of rows()) {
      if (!existsSync(row.path)) continue;
      const found = readerOf(load(row.path), mine)?.dialect;
      const expected = deviation(row) ?? ours[row.dialect] ?? 'none';
      if ((found ?? 'none') === expected) right++;
      else wrong.push(`${row.path.slice(corpus.length + 1)}: ${found ?? 'none'}, not ${expected}`);
    }
    assert.deepEqual(wrong, []);
    assert.ok(right > 400, `only ${right} files are there`);
  });

  it('reads every file without throwing and with all ranges inside the files', () => {
    let facts = 0;
    for (const row of rows()) {
      if (!existsSync(row.path)) continue;
      const file = load(row.path);
      const reader = readerOf(file);
      if (reader === undefined) continue;
      const { result, others } = readFile(file, reader, (path) => (existsSync(path) ? load(path) : undefined));
      const sizes = new Map([[file.id, file.text.length]]);
      for (const other of others.values()) if (other) sizes.set(other.id, other.text.length);
      for (const at of rangesOf([result.facts, result.problems, result.links])) {
        const size = sizes.get(at.file);
        assert.ok(size !== undefined, `${row.path}: a range in an unknown file`);
        assert.ok(at.start >= 0 && at.start <= at.end && at.end <= size, `${row.path}: ${at.start}-${at.end} of ${size}`);
      }
      facts += (result.facts as readonly Fact[]).length;
    }
    assert.ok(facts > 300, `only ${facts} facts`);
  });
});
