import type { SourceRange, Sourced } from '../../text/range';
import type { BrokerFact } from '../../model/facts';
import { defined } from './defined';
import { parseBrokerUrl } from './url';

/** What a client's file says of the cluster that it talks to. */
export interface KnownBy {
  readonly dialect: string;
  /** The whole entry that holds the address. */
  readonly extent: SourceRange;
  /** `bootstrap.servers`: a list of `host:port` with commas. */
  readonly bootstrap: Sourced<string>;
  /** `PLAINTEXT`, `SSL`, `SASL_PLAINTEXT` or `SASL_SSL`. */
  readonly securityProtocol?: Sourced<string>;
  readonly registry?: Sourced<string>;
}

/** The Kafka cluster that a client's file knows by its address only. */
export function brokerByAddress(known: KnownBy): BrokerFact {
  const { bootstrap, securityProtocol: security } = known;
  const word = security?.value.toUpperCase();
  return defined<BrokerFact>({
    kind: 'broker', dialect: known.dialect, extent: known.extent,
    name: { value: nameOfHost(bootstrap.value), at: bootstrap.at },
    protocol: { value: 'kafka', at: bootstrap.at }, url: bootstrap, registry: withoutUserInfo(known.registry),
    tls: security && word !== undefined && /^(SASL_)?(SSL|PLAINTEXT)$/.test(word)
      ? { value: word.endsWith('SSL'), at: security.at } : undefined,
    inferred: 'The file knows the broker by its address.',
  });
}

/** The name of a broker that is known by its address only: the first of the hosts. */
export function nameOfHost(addresses: string): string {
  return (addresses.split(',')[0] ?? '').trim().replace(/^[a-z_]+:\/\//i, '');
}

/** URLs as they may be shown: a registry's address often carries its login. */
export function withoutUserInfo(written: Sourced<string> | undefined): Sourced<string> | undefined {
  if (written === undefined) return undefined;
  const shown = written.value.split(',').map((url) => parseBrokerUrl(url.trim()).shown);
  return { ...written, value: shown.join(',') };
}
