import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installAtomically, isInstalled } from '../support/cache.mjs';
import { findProgram } from '../support/find-program.mjs';
import { byHand, installPackages, stopService } from './apt.mjs';
import { findJava, kafkaFolder } from './kafka-home.mjs';
import { findRabbit } from './rabbitmq-home.mjs';
import { attempt, run, runAsScript, say } from './run.mjs';
import { KAFKA, KAFKA_JAVA, KAFKA_LOG_BINDING } from './versions.mjs';

/** The brokers that come as Debian packages, each with the service that its package starts. */
const PACKAGED = [
  { name: 'mosquitto', isThere: () => findProgram('mosquitto') !== undefined },
  { name: 'nats-server', isThere: () => findProgram('nats-server') !== undefined },
  { name: 'rabbitmq-server', isThere: () => findRabbit() !== undefined },
];

/**
 * Puts the four brokers on this machine where they are missing. Does nothing the second time.
 *
 * @returns {Promise<import('./run.mjs').Missing[]>}
 */
export async function setUpBrokers() {
  const missing = [];
  for (const { name, isThere } of PACKAGED) {
    if (isThere()) continue;
    missing.push(...await attempt(`install ${name}`, byHand([name]), async () => {
      await installPackages([name]);
      await stopService(name);
      if (!isThere()) throw new Error(`${name} is installed, but its program is not where it should be.`);
    }));
  }
  missing.push(...await setUpKafka());
  if (missing.length === 0) say('all brokers are here');
  return missing;
}

async function setUpKafka() {
  const missing = [];
  if (!await findJava()) {
    missing.push(...await attempt('install Java', byHand(['default-jre-headless']), async () => {
      await installPackages(['default-jre-headless']);
      if (await findJava()) return;
      throw new Error(`Debian's Java is older than ${KAFKA_JAVA}; set JAVA_HOME to a newer one.`);
    }));
  }
  if (isInstalled(kafkaFolder())) return missing;
  if (!findProgram('mvn')) {
    missing.push(...await attempt('install Maven', byHand(['maven']), () => installPackages(['maven'])));
  }
  const maven = findProgram('mvn');
  if (!maven) return missing;
  missing.push(...await attempt(
    `fetch Kafka ${KAFKA} from Maven`,
    'run node scripts/setup/brokers.mjs again where Maven reaches its repository',
    () => installAtomically(kafkaFolder(), (staging) => fetchKafka(maven, staging)),
  ));
  return missing;
}

async function fetchKafka(maven, staging) {
  await writeFile(join(staging, 'pom.xml'), pom([
    ['org.apache.kafka', 'kafka_2.13', KAFKA],
    ['org.apache.logging.log4j', 'log4j-slf4j-impl', KAFKA_LOG_BINDING],
  ]));
  await run(maven, ['-q', '-B', '-ntp', 'dependency:copy-dependencies', '-DincludeScope=runtime',
    '-DoutputDirectory=libs'], { cwd: staging });
}

function pom(artifacts) {
  const dependencies = artifacts.map(([group, artifact, version]) => `    <dependency>
      <groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>
    </dependency>`);
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tailrace</groupId><artifactId>kafka-for-tests</artifactId><version>1</version>
  <dependencies>
${dependencies.join('\n')}
  </dependencies>
</project>
`;
}

await runAsScript(import.meta.url, setUpBrokers);
