import assert from 'node:assert/strict';
import { connectionSources } from '../../src/workspace/connectionSource';
import { fixtureModel } from '../support/fixture';

/** The sources of a fixture, a line each, with their secrets behind `=`. */
function sourcesOf(text: string, environment: Readonly<Record<string, string>> = {}): string {
  const f = fixtureModel(text);
  const found = connectionSources(f.model, { file: (id) => f.files.find((one) => one.id === id), environment });
  return found.map(({ broker, protocol, url, tls, environment: at, user, saslMechanism, ca, cert, key, secret, notes, fact }) => [
    `${broker} ${protocol} ${url}`, tls && 'tls', at, user && `user ${user}`, saslMechanism,
    ca && `ca ${ca}`, cert && `cert ${cert}`, key && `key ${key}`, secret && `= ${secret}`, `(${fact.dialect})`, ...notes,
  ].filter(Boolean).join(', ')).join('\n');
}

const properties = `=== app/producer.properties
bootstrap.servers=kafka-1.example.com:9093
security.protocol=SASL_SSL
sasl.mechanism=SCRAM-SHA-256
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="checkout" password="s3cr3t-9f2a";
ssl.truststore.location=/etc/kafka/trust.jks
ssl.truststore.password=changeit
acks=all
`;

describe('ways to brokers that files tell', () => {
  it('are read from the settings of a Kafka client, but for a Java key store, of which it is said what to make', () => {
    const [line] = sourcesOf(properties).split('\n');
    assert.match(line!, /kafka-1\.example\.com:9093, tls, user checkout, scram-sha-256, = s3cr3t-9f2a, \(kafka-properties\)/);
    assert.match(line!, /trust store \/etc\/kafka\/trust\.jks is a Java key store.*keytool -exportcert -rfc/);
    assert.doesNotMatch(line!, /changeit/);
  });

  it('name PEM files', () => {
    const pem = properties.replace('trust.jks', 'ca.pem') +
      'ssl.keystore.type=PEM\nssl.keystore.location=/etc/kafka/client.pem\n';
    assert.match(sourcesOf(pem), /ca \/etc\/kafka\/ca\.pem, cert \/etc\/kafka\/client\.pem, key \/etc\/kafka\/client\.pem, = s3cr3t/);
    const librdkafka = '=== app/client.properties\nbootstrap.servers=k.example.com:9093\nsecurity.protocol=ssl\n' +
      'ssl.ca.location=ca.pem\nssl.certificate.location=c.pem\nssl.key.location=k.pem\n';
    assert.match(sourcesOf(librdkafka), /k\.example\.com:9093, tls, ca ca\.pem, cert c\.pem, key k\.pem/);
  });

  it('are read from Spring, whose password may come from elsewhere', () => {
    const spring = (password: string): string => `=== src/main/resources/application.yml
spring:
  application: { name: mailer }
  rabbitmq:
    host: rabbit.example.com
    username: mailer
    password: ${password}
    virtual-host: mail
  kafka:
    bootstrap-servers: k.example.com:9093
    properties:
      security.protocol: SASL_SSL
      sasl.mechanism: PLAIN
`;
    const written = sourcesOf(spring('w0rd-of-mail'));
    assert.match(written, /rabbitmq amqp:\/\/rabbit\.example\.com:5672\/mail, user mailer, = w0rd-of-mail, \(spring\)/);
    assert.match(written, /kafka k\.example\.com:9093, tls, plain, \(spring\)/);
    assert.match(sourcesOf(spring('${RABBIT_PASSWORD}')), /rabbitmq amqp:\/\/rabbit\.example\.com:5672\/mail, \(spring\)/);
  });

  it('are what a compose file publishes, and never a name inside of its network', () => {
    const compose = `=== docker-compose.yml
services:
  kafka:
    image: apache/kafka:4.1.0
    ports: ["9092:9092"]
    environment:
      KAFKA_LISTENERS: PLAINTEXT://:9092,INTERNAL://:29092
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://localhost:9092,INTERNAL://kafka:29092
=== app/application.properties
spring.kafka.bootstrap-servers=kafka:29092
`;
    assert.match(sourcesOf(compose), /^\S+ kafka localhost:9092, development, \(docker-compose\)$/);
  });

  it('are what a flow file says, signed in by the environment; of a NATS URL a name alone is a token', () => {
    const flow = `=== shop.flow.yaml
flow: 1
brokers:
  work: { protocol: rabbitmq, url: "\${env:RABBIT:-amqp://localhost:5672}", environment: staging }
  stock: { protocol: nats, url: "\${env:NATS:-nats://localhost:4222}" }
`;
    assert.equal(sourcesOf(flow), 'stock nats nats://localhost:4222, (flow)\nwork rabbitmq amqp://localhost:5672, staging, (flow)');
    const signedIn = sourcesOf(flow, { RABBIT: 'amqps://me:hush@r.example/shop', NATS: 'nats://t0ken@n.example' });
    assert.equal(signedIn, 'stock nats nats://n.example, = t0ken, (flow)\nwork rabbitmq amqps://r.example/shop, tls, staging, user me, = hush, (flow)');
  });
});
