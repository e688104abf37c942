import type { SourceFile } from '../../text/sourceFile';
import { headOf, isJsonName, isYamlName, outermostKeys } from '../shared/outermost';

/** All that a configuration may have at its outermost level. */
const known = new Set([
  'http', 'input', 'buffer', 'pipeline', 'output', 'input_resources', 'processor_resources',
  'cache_resources', 'rate_limit_resources', 'output_resources', 'resources', 'metrics', 'tracer', 'tracing',
  'logger', 'tests', 'stats', 'shutdown_delay', 'shutdown_timeout', 'redpanda', 'config', 'error_handling',
  'license', 'scanner_resources',
]);

const brokers = [
  'amqp_0_9', 'kafka', 'kafka_balanced', 'kafka_franz', 'mqtt', 'nats', 'nats_jetstream', 'nats_stream',
  'ockam_kafka', 'redpanda', 'redpanda_common', 'redpanda_migrator',
];
/** Kinds of inputs and outputs, of which a pipeline has at least one. */
const kinds = [
  ...brokers, 'amqp_1', 'aws_\\w+', 'azure_\\w+', 'batched', 'broker', 'cache', 'csv', 'drop',
  'drop_on', 'dynamic', 'elasticsearch\\w*', 'fallback', 'file', 'gcp_\\w+', 'generate', 'http_client',
  'http_server', 'inproc', 'mongodb\\w*', 'nats_kv', 'postgres_cdc', 'mysql_cdc', 'pulsar', 'read_until',
  'redis_\\w+', 'reject', 'reject_errored', 'resource', 'retry', 'sequence', 'sftp', 'snowflake_\\w+',
  'socket\\w*', 'sql_\\w+', 'stdin', 'stdout', 'subprocess', 'switch', 'sync_response', 'websocket',
];
const component = new RegExp(
  `^(?:[ \\t]+|[ \\t]*-[ \\t]+|[ \\t]*["{].*)["']?(?:${kinds.join('|')})["']?[ \\t]*:`, 'm');
const broker = new RegExp(`["']?\\b(?:${brokers.join('|')})["']?[ \\t]*:`);

/** True for a configuration of Redpanda Connect (Benthos): a pipeline, or resources for pipelines. */
export function isBenthos(file: SourceFile): boolean {
  if (!isYamlName(file.path) && !isJsonName(file.path)) return false;
  const head = headOf(file.text);
  if (!/\b(input|output)(_resources)?\b/.test(head)) return false;
  const keys = outermostKeys(head);
  if ([...keys].some((key) => !known.has(key)) || !component.test(head)) return false;
  if (keys.has('input_resources') || keys.has('output_resources')) return true;
  const ends = [keys.has('input'), keys.has('output'), keys.has('pipeline')].filter((t) => t).length;
  return ends >= 2 || (ends === 1 && !keys.has('pipeline') && broker.test(head));
}
