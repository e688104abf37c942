import { baseName, type SourceFile } from '../../text/sourceFile';

/** How much of a file is looked at. */
const head = 16_384;

const confName = /\.conf(\.[\w.]+)?$/i;
const ownName = /(^|[-_.])rabbitmq([-_.][\w.-]*)?\.conf(\.[\w.]+)?$/i;

/** Keys that no other configuration of this form has (rabbit.schema and those of the plugins). */
const telling = new RegExp(
  '^[ \\t]*(?:listeners\\.(?:tcp|ssl)(?:\\.[\\w-]+)?|loopback_users(?:\\.\\w+)?|cluster_formation\\.[\\w.-]+|cluster_partition_handling'
  + '|vm_memory_high_watermark(?:\\.\\w+)?|disk_free_limit\\.\\w+|consumer_timeout|default_vhost|default_user_tags\\.\\w+'
  + '|(?:management\\.)?load_definitions|definitions\\.[\\w.]+|queue_leader_locator|quorum_queue\\.[\\w.]+|default_queue_type'
  + '|(?:management|mqtt|stomp|stream|prometheus)\\.(?:tcp|ssl|listeners)\\.[\\w.]+|log\\.(?:console|file|exchange)(?:\\.\\w+)?)[ \\t]*=', 'm',
);

/** Any key of the format: `default_user = app`. */
const plain = /^[ \t]*[a-z][\w.-]*[ \t]*=/m;

/** `rabbitmq.conf`, or a part in `conf.d`. Its older form in Erlang and the shell's `rabbitmq-env.conf` are none of it. */
export function isRabbitConf(file: SourceFile): boolean {
  const name = baseName(file.path);
  if (!confName.test(name) || /-env\.conf/i.test(name)) return false;
  const text = file.text.slice(0, head);
  if (/^[ \t]*[[{]/.test(text)) return false;
  if (ownName.test(name)) return plain.test(text) || /rabbitmq/i.test(text);
  return telling.test(text) && /(^|\/)[^/]*rabbit[^/]*\//i.test(file.path);
}
