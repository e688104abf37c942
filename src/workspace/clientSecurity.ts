import { leavesOf } from '../readers/shared/keyed';
import { parseProperties } from '../syntax/properties';
import { parseYaml } from '../syntax/yaml';
import type { ConnectionSource } from '../protocol/connections';
import type { SourceFile } from '../text/sourceFile';

/** How a Kafka client's settings say that it connects, besides address and login. */
export interface ClientSecurity extends Pick<ConnectionSource, 'saslMechanism' | 'ca' | 'cert' | 'key' | 'notes'> {
  /** Absent where no setting says it. */
  readonly tls?: boolean;
}

const MECHANISMS: Readonly<Record<string, ConnectionSource['saslMechanism']>> = {
  PLAIN: 'plain', 'SCRAM-SHA-256': 'scram-sha-256', 'SCRAM-SHA-512': 'scram-sha-512', OAUTHBEARER: 'oauthbearer',
  AWS_MSK_IAM: 'aws-msk-iam',
};

/**
 * Reads Kafka's security settings out of a client's file: properties or YAML, below any prefix
 * (`spring.kafka.properties.`), in the spelling of the Java client, of Spring and of librdkafka.
 */
export function clientSecurity(file: SourceFile): ClientSecurity {
  const get = settingsIn(file);
  const notes: string[] = [];
  const protocol = get('securityprotocol')?.toUpperCase();
  const mechanism = get('saslmechanism') ?? get('saslmechanisms');
  const saslMechanism = mechanism === undefined ? undefined : MECHANISMS[mechanism.toUpperCase()];
  if (mechanism !== undefined && saslMechanism === undefined) {
    notes.push(`The SASL mechanism ${mechanism} cannot be used here. Choose another way to sign in, if the broker has one.`);
  }
  const usesSasl = protocol === undefined || protocol.startsWith('SASL');
  return {
    ...(protocol !== undefined && { tls: /SSL$/.test(protocol) }),
    ...(usesSasl && saslMechanism && { saslMechanism }),
    ...storePaths(get, notes),
    notes,
  };
}

type Get = (key: string) => string | undefined;

/** Looks a setting up by the end of its key, without dots, dashes and case: the first that has a known value. */
function settingsIn(file: SourceFile): Get {
  const isProperties = /\.properties(\.\w+)*$/i.test(file.path);
  const { roots } = isProperties ? parseProperties(file.text) : parseYaml(file.text);
  const all = roots.flatMap((root) => leavesOf(file, root)).filter(({ isOpen, value }) => !isOpen && value !== '')
    .map(({ key, value }) => ({ key: key.toLowerCase().replace(/[^a-z0-9]/g, ''), value }));
  return (wanted) => all.find(({ key }) => key.endsWith(wanted))?.value;
}

function storePaths(get: Get, notes: string[]): Pick<ClientSecurity, 'ca' | 'cert' | 'key'> {
  const trust = pemPath(get, 'truststore', notes);
  const own = pemPath(get, 'keystore', notes);
  const ca = trust ?? plainPath(get('sslcalocation'));
  const cert = own ?? plainPath(get('sslcertificatelocation'));
  // A PEM key store holds the key and the certificates in one file.
  const key = own ?? plainPath(get('sslkeylocation'));
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function pemPath(get: Get, store: 'truststore' | 'keystore', notes: string[]): string | undefined {
  const path = plainPath(get(`ssl${store}location`));
  if (path === undefined) return undefined;
  const isPem = get(`ssl${store}type`)?.toUpperCase() === 'PEM' || /\.(pem|crt|cer)$/i.test(path);
  if (isPem) return path;
  notes.push(store === 'truststore'
    ? `The trust store ${path} is a Java key store, which cannot be read here. Make PEM of it ` +
      `(keytool -exportcert -rfc -keystore ${path} -alias NAME -file ca.pem), and name that file where the connection asks ` +
      'by what the certificate is checked.'
    : `The key store ${path} is a Java key store, which cannot be read here. Make PEM of it ` +
      '(keytool -importkeystore to PKCS #12, then openssl pkcs12 -in store.p12 -out client.pem), and name that file as client certificate and key.');
  return undefined;
}

/** A path of this machine; one on a class path is none. */
function plainPath(text: string | undefined): string | undefined {
  if (text === undefined || /^classpath:/i.test(text)) return undefined;
  return text.replace(/^file:(\/\/(?=\/))?/i, '');
}
