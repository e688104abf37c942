import type { FlowModel } from '../../src/model/model';

/**
 * A model in a few lines a channel, for expectations: `<-` who publishes, `->` who consumes, `=>`
 * where routes lead, `?` what is named and not declared.
 */
export function dumpModel(model: FlowModel): string {
  const lines: string[] = [];
  for (const channel of model.channels) {
    const words = [
      channel.broker?.id ?? '-', channel.protocol ?? '-', channel.kind,
      ...(channel.declarations.length === 0 ? ['undeclared'] : []),
      ...(channel.isDeadLetter ? ['dead-letter'] : []),
      ...(channel.schema ? [channel.schema.written.value] : []),
    ];
    lines.push(`${channel.id}: ${words.join(' ')}`);
    for (const p of channel.publishes) lines.push(`  <- ${p.service.name}`);
    for (const c of channel.consumes) lines.push(`  -> ${c.service.name}`);
    for (const r of channel.routesOut) lines.push(`  => ${r.to.id} (${r.kind}${r.key ? ` ${r.key.value}` : ''})`);
  }
  for (const service of model.services) {
    const loose = [...service.publishes, ...service.consumes].filter((edge) => edge.channel === undefined);
    if (loose.length > 0 || service.publishes.length + service.consumes.length === 0) {
      lines.push(`service ${service.name}: ${loose.map((edge) => edge.kind).join(' ') || 'idle'}`);
    }
  }
  for (const d of model.dangling) lines.push(`? ${d.what} ${d.name} by ${d.by} (${d.role})`);
  return lines.join('\n');
}
