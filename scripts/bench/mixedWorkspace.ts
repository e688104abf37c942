import { seeded } from '../../test/support/mutate';

/** What a project of the generated workspace is made of. */
interface Project {
  readonly folder: string;
  /** Unique in the workspace; begins all names of channels and programs. */
  readonly name: string;
  readonly domain: string;
  readonly random: () => number;
}

type Make = (p: Project, i: number) => readonly [path: string, text: string];

const nouns = ['orders', 'payments', 'shipments', 'returns', 'prices', 'stock', 'users', 'invoices', 'carts', 'labels'];
const verbs = ['placed', 'changed', 'cancelled', 'closed', 'checked', 'sent'];

/**
 * A workspace of many projects as a large company has it: of 100 files about 60 are about something else, 40
 * are of our dialects; beside them folders that are made, which nobody wants to be read. Relative paths.
 * The same for the same count.
 */
export function mixedWorkspace(count: number): { files: ReadonlyMap<string, string>; made: ReadonlyMap<string, string> } {
  const files = new Map<string, string>();
  const made = new Map<string, string>();
  const random = seeded(20_260_103);
  for (let n = 0; files.size < count; n++) {
    const domain = `domain-${n % 12}`;
    const project: Project = { folder: `${domain}/project-${n}`, name: `p${n}`, domain, random };
    for (const [makers, times] of [[others, 60], [ours, 40]] as const) {
      for (let i = 0, at = 0; at < times && files.size < count; i++, at++) {
        const make = makers[i % makers.length];
        if (make === undefined) break;
        const [path, text] = make(project, i);
        files.set(`${project.folder}/${path}`, text);
      }
    }
    for (const [path, text] of builtBy(project)) made.set(`${project.folder}/${path}`, text);
  }
  return { files, made };
}

function topic(p: Project, i: number): string {
  return `${p.name}.${nouns[i % nouns.length]}.${verbs[Math.floor(i / nouns.length) % verbs.length]}`;
}

function lines(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join('\n');
}

/** Files of the same formats about something else. */
const others: readonly Make[] = [
  (p, i) => [`.github/workflows/build-${i}.yml`, `name: build ${i}
on:
  push:
    branches: [ main ]
jobs:
${lines(4, (k) => `  job${k}:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Set up
        uses: actions/setup-java@v4
        with: { java-version: 21, distribution: temurin }
      - run: ./gradlew check -p ${p.name}
        env:
          TOKEN: \${{ secrets.TOKEN }}`)}
`],
  (p, i) => [`k8s/service-${i}.yaml`, `apiVersion: v1
kind: Service
metadata:
  name: ${p.name}-${i}
  labels: { app: ${p.name}, part: "${i}" }
spec:
  selector: { app: ${p.name} }
  ports:
    - { name: http, port: 80, targetPort: 8080 }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${p.name}-${i} }
spec:
  rules:
    - host: ${p.name}.example.com
      http: { paths: [ { path: /, pathType: Prefix, backend: { service: { name: ${p.name}-${i}, port: { number: 80 } } } } ] }
`],
  (p, i) => [`web/src/i18n/${i}.json`, JSON.stringify(Object.fromEntries(Array.from({ length: 60 }, (_, k) => [`screen${k}.title`, `Text number ${k} of ${p.name}`])), null, 2)],
  (p, i) => [`helm/${p.name}-${i}/values.yaml`, `replicaCount: 2
image:
  repository: registry.example/${p.name}
  tag: "1.${i}"
service: { type: ClusterIP, port: 80 }
resources:
  limits: { cpu: 500m, memory: 512Mi }
${lines(20, (k) => `feature${k}:\n  enabled: ${k % 2 === 0}\n  weight: ${k}`)}
`],
  (p, i) => [`deploy/nginx/site-${i}.conf`, `server {
  listen 80;
  server_name ${p.name}.example.com;
${lines(8, (k) => `  location /part${k} {\n    proxy_pass http://backend${k}:8080;\n    proxy_set_header Host $host;\n  }`)}
}
`],
  (p, i) => [`settings/${i}.env`, lines(20, (k) => `${p.name.toUpperCase()}_SETTING_${k}=value${k}`)],
  (p, i) => [`web/packages/part-${i}/package.json`, JSON.stringify({
    name: `@${p.name}/part-${i}`, version: '1.0.0', scripts: { build: 'tsc', test: 'mocha' },
    dependencies: Object.fromEntries(Array.from({ length: 20 }, (_, k) => [`library-${k}`, `^${k}.0.0`])),
  }, null, 2)],
  (p, i) => [`src/main/resources/messages_${i}.properties`, lines(50, (k) => `label.${k}=Text ${k} of ${p.name}`)],
  (p, i) => [`api/openapi-${i}.yaml`, `openapi: 3.0.3
info: { title: ${p.name}, version: "1" }
paths:
${lines(15, (k) => `  /thing${k}/{id}:
    get:
      operationId: getThing${k}
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
      responses:
        "200": { description: found, content: { application/json: { schema: { type: object } } } }`)}
`],
  (p, i) => [`infra/network-${i}.tf`, lines(8, (k) => `resource "aws_security_group_rule" "${p.name}_${k}" {
  type        = "ingress"
  from_port   = ${8000 + k}
  to_port     = ${8000 + k}
  protocol    = "tcp"
  cidr_blocks = ["10.0.0.0/8"]
}`)],
  (p, i) => [`test/fixtures/data-${i}.json`, JSON.stringify(Array.from({ length: 40 }, (_, k) => ({ id: k, name: `${p.name} ${k}`, tags: ['a', 'b'], price: k * 1.5 })), null, 1)],
  (p, i) => [`ansible/roles/role-${i}/tasks/main.yml`, lines(15, (k) => `- name: Install part ${k} of ${p.name}
  ansible.builtin.apt:
    name: package-${k}
    state: present
  when: install_${k} | default(true)`)],
];

const ours: readonly Make[] = [
  (p) => ['docker-compose.yml', `services:
  kafka:
    image: apache/kafka:3.9.0
    environment:
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://kafka:9092
      KAFKA_PROCESS_ROLES: broker,controller
  rabbitmq:
    image: rabbitmq:4-management
  ${p.name}-api:
    build: .
    depends_on: [ kafka ]
    environment:
      SPRING_KAFKA_BOOTSTRAP_SERVERS: kafka:9092
      ORDERS_TOPIC: ${topic(p, 0)}
`],
  (p) => ['api/src/main/resources/application.yml', `spring:
  application: { name: ${p.name}-api }
  kafka:
    bootstrap-servers: kafka.${p.domain}:9092
    producer: { acks: all, retries: 10 }
    consumer:
      group-id: ${p.name}-api
      auto-offset-reset: earliest
      enable-auto-commit: false
app:
  orders: { topic: ${topic(p, 0)} }
  consumer: { topic: ${topic(p, 1)} }
`],
  (p) => ['worker/src/main/resources/application.properties', `quarkus.application.name=${p.name}-worker
kafka.bootstrap.servers=kafka.${p.domain}:9092
mp.messaging.incoming.orders.connector=smallrye-kafka
mp.messaging.incoming.orders.topic=${topic(p, 0)}
mp.messaging.incoming.orders.failure-strategy=dead-letter-queue
mp.messaging.outgoing.results.connector=smallrye-kafka
mp.messaging.outgoing.results.topic=${topic(p, 2)}
%dev.kafka.bootstrap.servers=localhost:9092
`],
  (p) => ['deploy/kafka.yaml', `apiVersion: kafka.strimzi.io/v1beta2
kind: Kafka
metadata: { name: ${p.domain}-${p.name} }
spec:
  kafka:
    replicas: 3
    listeners: [ { name: plain, port: 9092, type: internal, tls: false } ]
    config: { min.insync.replicas: 2, default.replication.factor: 3 }
`],
  ...Array.from({ length: 12 }, (_, k): Make => (p) => [`deploy/topics/topic-${k}.yaml`, `apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaTopic
metadata:
  name: ${topic(p, k)}
  labels: { strimzi.io/cluster: ${p.domain}-${p.name} }
spec:
  partitions: ${3 + (k % 4)}
  replicas: 3
  config: { retention.ms: 604800000, cleanup.policy: delete }
`]),
  ...Array.from({ length: 2 }, (_, k): Make => (p) => [`deploy/users/user-${k}.yaml`, `apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaUser
metadata:
  name: ${p.name}-user-${k}
  labels: { strimzi.io/cluster: ${p.domain}-${p.name} }
spec:
  authentication: { type: scram-sha-512 }
  authorization:
    type: simple
    acls:
      - resource: { type: topic, name: ${topic(p, k)}, patternType: literal }
        operations: [ Read, Describe ]
      - resource: { type: topic, name: ${p.name}.${nouns[k]}, patternType: prefix }
        operations: [ Write ]
      - resource: { type: group, name: ${p.name}-user-${k}, patternType: literal }
        operations: [ Read ]
`]),
  ...Array.from({ length: 2 }, (_, k): Make => (p) => [`connect/sink-${k}.json`, JSON.stringify({
    name: `${p.name}-sink-${k}`,
    config: {
      'connector.class': 'io.confluent.connect.jdbc.JdbcSinkConnector', 'tasks.max': '1', topics: topic(p, 3 + k),
      'connection.url': 'jdbc:postgresql://db/x', 'errors.tolerance': 'all', 'errors.deadletterqueue.topic.name': `${p.name}.dlq`,
    },
  }, null, 2)]),
  ...Array.from({ length: 5 }, (_, k): Make => (p) => [`schemas/${topic(p, k)}-value.avsc`, JSON.stringify({
    type: 'record', name: `${p.name}Event${k}`, namespace: `com.example.${p.name}`,
    fields: Array.from({ length: 10 }, (_f, f) => ({ name: `field${f}`, type: f % 2 === 0 ? 'string' : ['null', 'long'], ...(f % 2 === 0 ? {} : { default: null }) })),
  }, null, 2)]),
  ...Array.from({ length: 3 }, (_, k): Make => (p) => [`proto/events_${k}.proto`, `syntax = "proto3";
package ${p.name}.v1;
${lines(6, (m) => `message Event${k}x${m} {\n  string id = 1;\n  int64 at = 2;\n  repeated string tags = 3;\n}`)}
`]),
  ...Array.from({ length: 2 }, (_, k): Make => (p) => [`schemas/json/event-${k}.schema.json`, JSON.stringify({
    $schema: 'https://json-schema.org/draft/2020-12/schema', $id: `https://example.com/${p.name}/event-${k}.json`, title: `${p.name} event ${k}`,
    type: 'object', properties: Object.fromEntries(Array.from({ length: 8 }, (_f, f) => [`field${f}`, { type: 'string' }])),
  }, null, 2)]),
  ...Array.from({ length: 2 }, (_, k): Make => (p) => [`infra/topics-${k}.tf`, lines(4, (t) => `resource "kafka_topic" "${p.name}_${k}_${t}" {
  name               = "${topic(p, 20 + k * 4 + t)}"
  partitions         = 6
  replication_factor = 3
  config = {
    "retention.ms" = "86400000"
  }
}`)]),
  (p) => [`${p.name}.flow.yaml`, `flow: 1
brokers:
  ${p.name}-edge: { url: "mqtts://edge.${p.domain}:8883" }
channels:
${lines(6, (k) => `  ${p.name}/device${k}/state:\n    broker: ${p.name}-edge\n    qos: 1`)}
services:
  ${p.name}-devices:
    publishes:
${lines(6, (k) => `      - channel: ${p.name}/device${k}/state`)}
  ${p.name}-panel:
    consumes:
      - channel: ${p.name}/device0/state
`],
  (p) => ['rabbitmq/definitions.json', JSON.stringify({
    vhosts: [{ name: p.name }],
    queues: Array.from({ length: 6 }, (_, k) => ({ name: `${p.name}.q${k}`, vhost: p.name, durable: true, auto_delete: false, arguments: { 'x-queue-type': 'quorum', 'x-dead-letter-exchange': 'dlx' } })),
    exchanges: [{ name: `${p.name}.ex`, vhost: p.name, type: 'topic', durable: true, auto_delete: false, internal: false, arguments: {} }],
    bindings: Array.from({ length: 6 }, (_, k) => ({ source: `${p.name}.ex`, vhost: p.name, destination: `${p.name}.q${k}`, destination_type: 'queue', routing_key: `k${k}.#`, arguments: {} })),
  }, null, 2)],
  (p) => ['edge/mosquitto.conf', `listener 8883\nallow_anonymous false\npassword_file /mosquitto/passwd\npersistence true\nconnection cloud\naddress mqtt.${p.domain}:8883\ntopic ${p.name}/# out 1\n`],
  (p) => ['nats/nats-server.conf', `server_name: ${p.name}\nlisten: 0.0.0.0:4222\njetstream { store_dir: "/data", max_mem: 1G }\nauthorization { users: [ { user: ${p.name}, password: "$PASS", permissions: { publish: ["${p.name}.>"], subscribe: ["_INBOX.>"] } } ] }\n`],
  (p) => ['streams/pipeline.yaml', `input:
  kafka_franz:
    seed_brokers: [ "kafka.${p.domain}:9092" ]
    topics: [ ${topic(p, 1)} ]
    consumer_group: ${p.name}-pipeline
output:
  kafka_franz:
    seed_brokers: [ "kafka.${p.domain}:9092" ]
    topic: ${topic(p, 5)}
`],
  (p) => ['config/producer.properties', `bootstrap.servers=kafka.${p.domain}:9092\nacks=all\nclient.id=${p.name}\ncompression.type=zstd\nenable.idempotence=true\n`],
  (p) => ['julie/descriptor.yaml', `context: ${p.name}
projects:
  - name: main
    producers: [ { principal: "User:${p.name}" } ]
    topics:
      - { name: events, config: { replication.factor: "3", num.partitions: "6" } }
`],
  (p) => ['api/asyncapi.yaml', `asyncapi: 3.0.0
info: { title: ${p.name} api, version: 1.0.0 }
servers: { main: { host: "kafka.${p.domain}:9092", protocol: kafka } }
channels:
  orders:
    address: ${topic(p, 0)}
    messages: { order: { payload: { type: object, properties: { id: { type: string } } } } }
operations:
  send: { action: send, channel: { $ref: "#/channels/orders" } }
`],
];

/** What builds leave: copies of configuration and other people's packages. */
function builtBy(p: Project): [string, string][] {
  const [, spring = ''] = ours[1]?.(p, 0) ?? [];
  return [
    ...Array.from({ length: 20 }, (_, k): [string, string] => [`web/node_modules/library-${k}/package.json`, `{ "name": "library-${k}" }`]),
    ...['target/classes', 'build/resources/main', 'dist/config', 'out/production', 'bin/main'].map((folder): [string, string] => [`api/${folder}/application.yml`, spring]),
    ...Array.from({ length: 5 }, (_, k): [string, string] => [`infra/.terraform/modules/m${k}/main.tf`, 'resource "kafka_topic" "other" { name = "other" }\n']),
    ['vendor/github.com/x/y/docker-compose.yml', 'services: { kafka: { image: apache/kafka } }\n'],
  ];
}
