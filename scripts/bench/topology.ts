/**
 * Made-up topologies for measuring, the same for the same numbers. About twelve lines a channel.
 */
export function flowFile(channels: number, offset = 0): string {
  const lines = ['flow: 1', 'brokers:', '  events:', '    protocol: kafka', '    url: kafka.example:9093', '    tls: true'];
  lines.push('channels:');
  for (let i = offset; i < offset + channels; i++) {
    lines.push(
      `  orders.topic-${i}:`,
      '    broker: events',
      `    partitions: ${3 + (i % 24)}`,
      '    replicas: 3',
      '    minInsyncReplicas: 2',
      '    retention: 7d',
      ...(i % 5 === 0 && i > offset ? [`    deadLetter: orders.topic-${i - 1}`] : []),
    );
  }
  lines.push('services:');
  for (let i = offset; i < offset + channels; i += 2) {
    const next = i + 1 < offset + channels ? i + 1 : offset;
    lines.push(
      `  service-${i}:`,
      `    client: ${['kafka-java@3.9', 'librdkafka@2.5', 'kafkajs@2.2'][i % 3]}`,
      '    publishes:',
      `      orders.topic-${i}: { guarantee: at-least-once, acks: ${i % 50 === 0 ? 1 : 'all'}, key: order_id }`,
      '    consumes:',
      `      orders.topic-${next}:`,
      '        guarantee: at-least-once',
      `        group: service-${i}`,
      '        autoCommit: false',
      '        commit: after-processing',
    );
  }
  return lines.join('\n') + '\n';
}

/** A folder as a map from path to text: flow files, properties, definitions, contracts, and bystanders. */
export function mixedFolder(files: number): Map<string, string> {
  const folder = new Map<string, string>();
  for (let i = 0; i < files; i++) {
    const dir = `team-${i % 37}/service-${i}`;
    switch (i % 5) {
      case 0: folder.set(`${dir}/topology.flow.yaml`, flowFile(4, i * 10)); break;
      case 1: folder.set(`${dir}/producer.properties`, `bootstrap.servers=kafka.example:9093\nclient.id=service-${i}\nacks=all\nlinger.ms=5\nkey.serializer=org.apache.kafka.common.serialization.StringSerializer\n`); break;
      case 2: folder.set(`${dir}/order.proto`, `syntax = "proto3";\npackage team.service${i}.v1;\nmessage Order {\n  string id = 1;\n  int64 total = 2;\n}\n`); break;
      case 3: folder.set(`${dir}/settings.yaml`, `server:\n  port: ${8000 + i}\nfeatures:\n  - search\n  - basket\n`); break;
      default: folder.set(`${dir}/data.json`, JSON.stringify({ id: i, items: Array.from({ length: 20 }, (_, n) => ({ n, text: 'something else' })) }, null, 2));
    }
  }
  return folder;
}
