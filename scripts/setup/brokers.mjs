import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installAtomically, isInstalled } from '../support/cache.mjs';
import { findProgram } from '../support/find-program.mjs';
import { byHand, installPackages, stopService } from './apt.mjs';
import { avroFolder } from './avro-home.mjs';
import { compilesJava, findJava, kafkaFolder } from './kafka-home.mjs';
import { registryFolder } from './registry-home.mjs';
import { findRabbit } from './rabbitmq-home.mjs';
import { attempt, run, runAsScript, say } from './run.mjs';
import { APICURIO, AVRO, KAFKA, KAFKA_JAVA, KAFKA_LOG_BINDING } from './versions.mjs';

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
  missing.push(...await setUpRegistry());
  if (missing.length === 0) say('all brokers are here');
  return missing;
}

async function setUpKafka() {
  const missing = [];
  const java = await findJava();
  if (!java || !await compilesJava(java)) {
    missing.push(...await attempt('install Java', byHand(['default-jdk-headless']), async () => {
      await installPackages(['default-jdk-headless']);
      if (await findJava()) return;
      throw new Error(`Debian's Java is older than ${KAFKA_JAVA}; set JAVA_HOME to a newer one.`);
    }));
  }
  if (isInstalled(kafkaFolder()) && isInstalled(avroFolder())) return missing;
  if (!findProgram('mvn')) {
    missing.push(...await attempt('install Maven', byHand(['maven']), () => installPackages(['maven'])));
  }
  const maven = findProgram('mvn');
  if (!maven) return missing;
  const wanted = [
    { what: `fetch Kafka ${KAFKA} from Maven`, folder: kafkaFolder(), artifacts: [
      ['org.apache.kafka', 'kafka_2.13', KAFKA],
      ['org.apache.logging.log4j', 'log4j-slf4j-impl', KAFKA_LOG_BINDING],
    ] },
    { what: `fetch Avro ${AVRO} from Maven`, folder: avroFolder(), artifacts: [['org.apache.avro', 'avro', AVRO]] },
  ];
  for (const { what, folder, artifacts } of wanted) {
    if (isInstalled(folder)) continue;
    missing.push(...await attempt(
      what,
      'run node scripts/setup/brokers.mjs again where Maven reaches its repository',
      () => installAtomically(folder, (staging) => fetchJars(maven, staging, artifacts)),
    ));
  }
  return missing;
}

/** The schema registry: what is missing is told, and its suite is left out. */
async function setUpRegistry() {
  const maven = findProgram('mvn');
  if (isInstalled(registryFolder()) || !maven) return [];
  return attempt(
    `fetch Apicurio Registry ${APICURIO} from Maven`,
    'run node scripts/setup/brokers.mjs again where Maven reaches its repository',
    () => installAtomically(registryFolder(), (staging) => fetchRegistry(maven, staging)),
  );
}

async function fetchRegistry(maven, staging) {
  await writeFile(join(staging, 'pom.xml'), `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tailrace</groupId><artifactId>registry-for-tests</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.apicurio</groupId><artifactId>apicurio-registry-app</artifactId><version>${APICURIO}</version>
      <type>zip</type><classifier>all</classifier>
      <exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>
    </dependency>
  </dependencies>
</project>
`);
  await run(maven, ['-q', '-B', '-ntp', 'dependency:unpack-dependencies', '-DoutputDirectory=app'], { cwd: staging });
}

async function fetchJars(maven, staging, artifacts) {
  await writeFile(join(staging, 'pom.xml'), pom(artifacts));
  await run(maven, ['-q', '-B', '-ntp', 'dependency:copy-dependencies', '-DincludeScope=runtime',
    '-DoutputDirectory=libs'], { cwd: staging });
}

function pom(artifacts) {
  const dependencies = artifacts.map(([group, artifact, version]) => `    <dependency>
      <groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>
    </dependency>`);
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tailrace</groupId><artifactId>jars-for-tests</artifactId><version>1</version>
  <dependencies>
${dependencies.join('\n')}
  </dependencies>
</project>
`;
}

await runAsScript(import.meta.url, setUpBrokers);
