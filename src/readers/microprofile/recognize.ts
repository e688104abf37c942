import { baseName, type SourceFile } from '../../text/sourceFile';

/** `application.properties`, `application-prod.yaml`, `microprofile-config.properties`, also as templates. */
const fileName = new RegExp(
  '^(?:application|microprofile-config)(?:-([\\w.-]+?))?\\.(?:properties|ya?ml)'
  + '(?:\\.(?:template|tpl|tmpl|example|sample|dist|in|j2))?$', 'i',
);

/** Keys stand in no order, but a person's file of this kind is short. */
const looked = 1 << 16;

/** Keys of Quarkus and of MicroProfile Reactive Messaging, at the beginning of a line of properties. */
const propertiesKeys =
  /^[ \t]*(?:%[^\s=:.]{1,80}\.)?(?:quarkus\.[\w"]|mp\.messaging\.|kafka-streams\.[a-z]|smallrye\.)/m;

/** Quarkus' own top key of YAML, or a profile's with it below. */
const yamlKeys = /^(?:quarkus|"quarkus[."][^\n:]*|mp\.messaging[\w.-]*|kafka-streams)[ \t]*:/m;
const yamlProfile = /^(["']?)%[\w{},-]{1,80}\1[ \t]*:/m;
const yamlMessaging = /^mp[ \t]*:[^\n]*\n(?:[ \t#][^\n]*\n|\r?\n){0,200}?[ \t]+["']?messaging\b/m;

/** Debezium Server runs on Quarkus and is configured in such files, but is a program of its own. */
const debeziumServer = /^[ \t]*(?:%[^\s=:.]{1,80}\.)?debezium\.(?:sink|source)\.|^debezium[ \t]*:/m;

/** True for the configuration of a Quarkus or MicroProfile program. */
export function isMicroProfile(file: SourceFile): boolean {
  const name = baseName(file.path);
  if (!fileName.test(name)) return false;
  const head = file.text.length > looked ? file.text.slice(0, looked) : file.text;
  if (debeziumServer.test(head)) return false;
  if (!/\.ya?ml(\.|$)/i.test(name)) return propertiesKeys.test(head);
  return yamlKeys.test(head) || yamlProfile.test(head) || yamlMessaging.test(head);
}

/** The profile that a file is for (`application-dev.properties`); undefined for the common file. */
export function profileOf(path: string): string | undefined {
  return fileName.exec(baseName(path))?.[1];
}
