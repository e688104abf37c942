/** What the set-up installs where Debian does not decide the version. */

/** Apache Kafka, the newest line; it needs Java 17 (class file version 61). */
export const KAFKA = '4.4.0';

/** The SLF4J 1.7 binding for the Log4j that Kafka brings; without it a broker dies without a word. */
export const KAFKA_LOG_BINDING = '2.25.5';

/** The oldest Java that runs this Kafka's broker. */
export const KAFKA_JAVA = 17;

/** Apicurio Registry, which speaks Confluent's interface; the last line whose runner comes from Maven, for Java 11 and later. */
export const APICURIO = '2.6.13.Final';

/** The browser workbench: VS Code's own code, served over HTTP. */
export const CODE_SERVER = '4.139.1';

/** The Node.js line that code-server insists on; it is installed beside it from its npm package. */
export const CODE_SERVER_NODE = '24';

/** Apache Avro's reference implementation, which judges what two versions of a schema make of each other in the tests. */
export const AVRO = '1.12.1';
