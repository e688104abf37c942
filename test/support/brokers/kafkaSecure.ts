import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownFolder } from '../../../scripts/support/owned-folder.mjs';
import { freePorts } from '../../../scripts/support/ports.mjs';
import { makeCertificates, type Certificates, type CertifiedKey } from '../certificates';
import type { RunningBroker } from './broker';
import { startKafka, type KafkaListener } from './kafka';

type Name = 'TLS' | 'MTLS' | 'SCRAM' | 'PLAIN' | 'OAUTH' | 'EXPIRED' | 'OTHERHOST' | 'MISLED';

/** A Kafka with a listener for each way to sign in, and for each way to get it wrong. */
export interface SecureKafka {
  readonly broker: RunningBroker;
  readonly certificates: Certificates;
  url(listener: Name): string;
  stop(): Promise<void>;
}

const PROTOCOLS: Readonly<Record<Name, KafkaListener['protocol']>> = {
  TLS: 'SSL', MTLS: 'SSL', EXPIRED: 'SSL', OTHERHOST: 'SSL', SCRAM: 'SASL_SSL',
  PLAIN: 'SASL_PLAINTEXT', OAUTH: 'SASL_PLAINTEXT', MISLED: 'PLAINTEXT',
};

/** The user is `ann` with the password `secret` everywhere; OAUTH takes unsigned tokens, which is for tests only. */
export async function startSecureKafka(): Promise<SecureKafka> {
  const folder = ownFolder('kafka-certificates');
  try {
    const certificates = await makeCertificates(folder.dir);
    const names = Object.keys(PROTOCOLS) as Name[];
    const ports = await freePorts(names.length);
    const portOf = (name: Name): number => ports[names.indexOf(name)]!;
    const store = async ({ cert, key }: CertifiedKey, name: string): Promise<Record<string, string>> => {
      const file = join(folder.dir, `${name}.store.pem`);
      await writeFile(file, `${await readFile(key, 'utf8')}${await readFile(cert, 'utf8')}`);
      const prefix = `listener.name.${name.toLowerCase()}.ssl`;
      return {
        [`${prefix}.keystore.type`]: 'PEM', [`${prefix}.keystore.location`]: file,
        [`${prefix}.truststore.type`]: 'PEM', [`${prefix}.truststore.location`]: certificates.ca,
      };
    };
    const module = 'org.apache.kafka.common.security';
    const broker = await startKafka({
      listeners: Object.fromEntries(names.map((name) => [name, {
        port: portOf(name), protocol: PROTOCOLS[name],
        // What a broker in a container says to clients outside of it.
        ...name === 'MISLED' ? { advertised: 'kafka.invalid:29092' } : {},
      }])),
      scram: ['SHA-256', 'SHA-512'].map((hash) => `SCRAM-${hash}=[name=ann,password=secret]`),
      properties: {
        ...await store(certificates.server, 'TLS'),
        ...await store(certificates.server, 'MTLS'),
        ...await store(certificates.server, 'SCRAM'),
        ...await store(certificates.expired, 'EXPIRED'),
        ...await store(certificates.otherHost, 'OTHERHOST'),
        'listener.name.mtls.ssl.client.auth': 'required',
        'listener.name.scram.sasl.enabled.mechanisms': 'SCRAM-SHA-256,SCRAM-SHA-512',
        'listener.name.scram.scram-sha-256.sasl.jaas.config': `${module}.scram.ScramLoginModule required;`,
        'listener.name.scram.scram-sha-512.sasl.jaas.config': `${module}.scram.ScramLoginModule required;`,
        'listener.name.plain.sasl.enabled.mechanisms': 'PLAIN',
        'listener.name.plain.plain.sasl.jaas.config': `${module}.plain.PlainLoginModule required user_ann="secret";`,
        'listener.name.oauth.sasl.enabled.mechanisms': 'OAUTHBEARER',
        'listener.name.oauth.oauthbearer.sasl.jaas.config':
          `${module}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
        'listener.name.oauth.oauthbearer.connections.max.reauth.ms': '60000',
      },
    });
    return {
      broker,
      certificates,
      url: (name) => `localhost:${portOf(name)}`,
      stop: async () => {
        await broker.stop();
        await folder.remove();
      },
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** A token as OAUTH's validator, which is for tests, takes it: a JWT of `ann` without a signature. */
export function unsignedToken(seconds: number): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sub: 'ann', iat: now, exp: now + seconds })}.`;
}
