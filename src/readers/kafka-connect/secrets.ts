import { rangeIn } from '../../text/sourceFile';
import type { CredentialFact } from '../../model/facts';
import { readSecrets } from '../shared/clientSecrets';
import { defined } from '../shared/defined';
import type { Keyed, KeyedValues } from '../shared/keyed';
import { isLiteralSecret } from '../shared/secrets';
import { parseBrokerUrl } from '../shared/url';

/** Keys of secrets that no Kafka client has: those of clouds, databases and web services. */
const moreSecrets =
  /(^|\.)((access|auth|sas|api|security)\.token|(secret\.access|private|account)\.key|passphrase|auth\.seed)$|\.(secretKey|clientSecret|(access|oauth|refresh|authorization)Token)$/;
/** Addresses that may carry a login. */
const addressKeys = /(^|\.)(connection\.str(ing)?|ur[il])$/;

/** Users and secrets that a connector's configuration writes out. */
export function connectorSecrets(values: KeyedValues, dialect: string, name: string): CredentialFact[] {
  const places = placesOf(values);
  const found = values.all.flatMap((one) => {
    const of = places.find(([prefix]) => one.key.startsWith(prefix))?.[1] ?? name;
    const ofKafka = /(^|\.)sasl\.jaas\.config$/.test(one.key);
    const what = { dialect, of, ...(ofKafka ? { protocol: 'kafka' as const } : {}) };
    const raw = values.file.text.slice(one.at.start, one.at.end);
    if (moreSecrets.test(one.key) && !one.isOpen && isLiteralSecret(raw)) {
      return [{ kind: 'credential' as const, ...what, where: one.key, extent: one.extent, secret: one.at }];
    }
    return addressKeys.test(one.key) ? loginIn(values, one, dialect) : readSecrets(values.file, [one], what);
  });
  return found.map((credential) => withUser(values, credential));
}

/** What the keys below a prefix open: the database's or broker's address without a login. */
function placesOf(values: KeyedValues): (readonly [string, string])[] {
  const host = (...keys: string[]): string | undefined => {
    const said = values.text(...keys);
    if (said === undefined) return undefined;
    return parseBrokerUrl(said.value.replace(/^jdbc:/i, '')).host.split(',')[0] || said.value;
  };
  const all: readonly (readonly [string, string | undefined])[] = [
    ['database.', host('database.hostname')],
    ['mongodb.', host('mongodb.connection.string', 'mongodb.hosts')],
    ['connection.', host('connection.url', 'connection.uri', 'connection.host')],
    ['rabbitmq.', host('rabbitmq.uri', 'rabbitmq.host')],
    ['mqtt.', host('mqtt.server.uri', 'mqtt.server_uris', 'mqtt.broker')],
  ];
  return all.flatMap(([prefix, place]) => (place === undefined ? [] : [[prefix, place] as const]));
}

/** `mongodb://user:password@host` and `jdbc:…?user=u&password=p`. */
function loginIn(values: KeyedValues, one: Keyed, dialect: string): CredentialFact[] {
  const { file } = values;
  const raw = file.text.slice(one.at.start, one.at.end);
  const place = (start: number, text: string): CredentialFact['secret'] =>
    rangeIn(file, one.at.start + start, one.at.start + start + text.length);
  const jdbc = /^jdbc:/i.exec(raw)?.[0].length ?? 0;
  const url = parseBrokerUrl(raw.slice(jdbc));
  const base = {
    kind: 'credential' as const, dialect, of: url.host || one.key, extent: one.extent,
    where: `login in ${one.key}`,
  };
  if (url.password !== undefined && isLiteralSecret(url.password.text)) {
    const { user, password } = url;
    return [defined<CredentialFact>({
      ...base, secret: place(jdbc + password.start, password.text),
      user: user && { value: user.text, at: place(jdbc + user.start, user.text)! },
    })];
  }
  const inQuery = /[?&;]password=([^&;\s]+)/i.exec(raw);
  const secret = inQuery?.[1];
  if (inQuery === null || secret === undefined || !isLiteralSecret(secret)) return [];
  return [{ ...base, secret: place(inQuery.index + inQuery[0].length - secret.length, secret) }];
}

/** The user beside a password, and whether the two are RabbitMQ's well-known ones. */
function withUser(values: KeyedValues, credential: CredentialFact): CredentialFact {
  if (credential.user !== undefined || !credential.where.endsWith('password')) return credential;
  const prefix = credential.where.slice(0, -'password'.length);
  const user = values.text(`${prefix}user`, `${prefix}username`);
  if (user === undefined) return credential;
  const secret = credential.secret && values.file.text.slice(credential.secret.start, credential.secret.end);
  const isDefault = prefix === 'rabbitmq.' && user.value === 'guest' && secret === 'guest';
  return { ...credential, user, ...(isDefault ? { isDefault, protocol: 'rabbitmq' as const } : {}) };
}
