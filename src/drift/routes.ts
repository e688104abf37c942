import { insertFix, replaceFix } from '../lint/dialectKeys';
import { channelWords } from '../lint/words';
import type { Channel, Route } from '../model/model';
import type { RouteFact } from '../model/facts';
import type { Fix } from '../text/problem';
import type { SettingName } from '../model/settings';
import { capital, type Sides } from './sides';
import { addBindingEdit, removeFix, removeItemFix } from './fixes';
import type { Findings } from './problem';
import { streamFor } from './streams';

/** Compares what brokers pass on by themselves: bindings, dead letters, alternate exchanges, sources of streams. */
export function compareRoutes(sides: Sides, findings: Findings): void {
  if (sides.real.protocol === 'nats') compareSources(sides, findings);
  if (sides.real.protocol !== 'rabbitmq') return;
  if (sides.isRead('bindings')) compareBindings(sides, findings);
  if (!sides.isRead('policies') || !sides.isRead('settings')) return;
  for (const [declared, real] of sides.pairs) {
    if (declared.space === 'exchange') compareAlternate(sides, declared, real, findings);
    else compareDeadLetter(sides, declared, real, findings);
  }
}

interface Binding {
  readonly from: Channel;
  readonly to: Channel;
  readonly key: string;
  readonly arguments: string;
  readonly fact: RouteFact;
}

function bindingsInto(channel: Channel): Binding[] {
  return channel.routesIn.filter(({ kind }) => kind === 'binding').flatMap((route) => route.facts.map((fact): Binding => ({
    from: route.from, to: channel, key: fact.key?.value ?? '', arguments: argumentWords(fact.arguments), fact,
  })));
}

/** Readers write arguments as `a: 1, b: 2` or `a=1, b=2`, in the order of the file. */
function argumentWords(text: string | undefined): string {
  return (text ?? '').split(/,\s*/).map((part) => part.replace(/^([^=:]+?)\s*[=:]\s*/, '$1=')).sort().join(', ');
}

function compareBindings({ name, pairs, fileOf }: Sides, findings: Findings): void {
  const realOf = (channel: Channel): Channel | undefined => pairs.get(channel);
  const known = new Set(pairs.values());
  for (const [declared, real] of pairs) {
    const said = bindingsInto(declared).filter(({ from, key }) => isComparable(from, realOf) && !/[{}$]/.test(key));
    const unsure = bindingsInto(declared).some(({ key }) => /[{}$]/.test(key));
    const there = bindingsInto(real).filter(({ from }) => from.address !== '');
    const lacking = said.filter((one) => !there.some((other) => isSameBinding(one, other)));
    // An exchange that no file knows is told as such, and its bindings with it.
    const more = unsure ? [] : there.filter((one) => (known.has(one.from) || one.from.address.startsWith('amq.'))
      && !said.some((other) => isSameBinding(other, one)));
    for (const one of said) if (!lacking.includes(one)) findings.same(channelWords(declared), bindingWords(one), 'yes', 'yes', one.fact.extent);
    for (const one of lacking) {
      const others = more.filter(({ from }) => from.address === one.from.address);
      const only = others.length === 1 && lacking.filter(({ from }) => from === one.from).length === 1 ? others[0] : undefined;
      if (only !== undefined) more.splice(more.indexOf(only), 1);
      findings.add(only === undefined ? missingBinding(one, name, fileOf) : otherKey(one, only, name));
    }
    for (const one of more) findings.add(unknownBinding(one, declared, name, fileOf));
  }
}

function isComparable(from: Channel, realOf: (channel: Channel) => Channel | undefined): boolean {
  return from.address.startsWith('amq.') || realOf(from) !== undefined;
}

/** Fanout exchanges take no notice of keys, and headers exchanges of arguments only. */
function isSameBinding(a: Binding, b: Binding): boolean {
  const type = b.from.settings.exchange?.value ?? a.from.settings.exchange?.value;
  return a.from.address === b.from.address
    && (type === 'fanout' || type === 'headers' || a.key === b.key) && (type === 'fanout' || a.arguments === b.arguments);
}

function bindingWords({ from, key, arguments: args }: Binding): string {
  const by = args !== '' ? ` with ${args}` : key === '' ? '' : ` with ${key}`;
  return `binding to ${from.address}${by}`;
}

function missingBinding(one: Binding, broker: string, fileOf: Sides['fileOf']): Parameters<Findings['add']>[0] {
  return {
    code: 'drift/binding', subject: channelWords(one.to), what: bindingWords(one), declared: 'yes', real: 'no', at: one.fact.key?.at ?? one.fact.from.name.at,
    message: `The file has a ${bindingWords(one)} for ${channelWords(one.to)}, and ${broker} has none such: what it stands for does not arrive. `
      + 'Bind it on the broker, or take it out of the file.',
    fixes: removeBinding(one, fileOf),
  };
}

/** A binding is an entry (`mail: receipt.*`), one of the keys of an entry, or an item of a list. */
function removeBinding({ fact, from }: Binding, fileOf: Sides['fileOf']): Fix[] {
  const title = `Take the binding to ${from.address} out of the file`;
  const key = fact.key === undefined ? [] : removeItemFix(fileOf, fact.key.at, title);
  if (key.length > 0) return key;
  const item = removeItemFix(fileOf, fact.extent, title);
  return item.length > 0 ? item : removeFix(fileOf, fact.from.name.at, title);
}

function otherKey(one: Binding, real: Binding, broker: string): Parameters<Findings['add']>[0] {
  const key = one.fact.key;
  return {
    code: 'drift/binding', subject: channelWords(one.to), what: `binding to ${one.from.address}`,
    declared: one.key || one.arguments || 'no key', real: real.key || real.arguments || 'no key', at: key?.at ?? one.fact.from.name.at,
    message: `The file binds ${channelWords(one.to)} to exchange ${one.from.address} with ${one.key || one.arguments || 'no key'}, and ${broker} with `
      + `${real.key || real.arguments || 'no key'}: other messages arrive. Write what the broker has, or bind it anew there.`,
    fixes: key === undefined || one.arguments !== real.arguments ? [] : keyFix(key.at, real.key, one),
  };
}

function keyFix(at: NonNullable<RouteFact['key']>['at'], key: string, { fact }: Binding): Fix[] {
  if (fact.dialect !== 'flow' || !/^[\w.*#-]+$/.test(key) || /^[*#]/.test(key)) return [];
  return [{ title: `Set routingKey to ${key}`, safe: true, edits: [{ at, newText: key }] }];
}

function unknownBinding(one: Binding, declared: Channel, broker: string, fileOf: Sides['fileOf']): Parameters<Findings['add']>[0] {
  const edit = one.arguments === '' ? addBindingEdit(fileOf, declared.at, {
    exchange: one.from.address, ...(one.key === '' ? {} : { routingKey: one.key }),
  }) : undefined;
  return {
    code: 'drift/binding', severity: 'warning', subject: channelWords(declared), what: bindingWords(one), declared: 'no', real: 'yes', at: declared.at,
    message: `${broker} has a ${bindingWords(one)} for ${channelWords(declared)}, and no file says so: more messages arrive than the file shows. `
      + 'Add it to the file, or unbind it.',
    fixes: edit === undefined ? [] : [{ title: `Add the ${bindingWords(one)}`, safe: true, edits: [edit] }],
  };
}

/** A dead-letter route that a program makes, by publishing itself, is none of the broker's. */
function brokerRoute(channel: Channel, kind: 'dead-letter' | 'alternate'): Route | undefined {
  return channel.routesOut.find((route) => route.kind === kind && route.facts.some(({ by }) => by?.startsWith('service ') !== true));
}

function compareDeadLetter({ name, model, fileOf }: Sides, declared: Channel, real: Channel, findings: Findings): void {
  const said = brokerRoute(declared, 'dead-letter');
  const has = brokerRoute(real, 'dead-letter');
  if (said === undefined && has === undefined) return;
  const subject = channelWords(declared);
  const isSame = said !== undefined && has !== undefined && leadsTo(has, said.to);
  if (isSame && (said.key === undefined || said.key.value === has.key?.value || said.to.space !== 'exchange')) {
    findings.same(subject, 'dead letters', said.to.address, has.to.address, said.at);
    return;
  }
  const by = has?.facts[0]?.by;
  const to = has && `${channelWords(has.to)}${has.key === undefined || has.to.space !== 'exchange' ? '' : ` with key ${has.key.value}`}${by?.includes('policy') === true ? ` (${by})` : ''}`;
  const common = { code: 'drift/dead-letter' as const, subject, what: 'dead letters', declared: said?.to.address, real: has?.to.address };
  if (said === undefined) {
    findings.add({
      ...common, severity: 'warning', at: declared.at,
      message: `${name} sends dead letters of ${subject} to ${to}, and no file says so: who reads them cannot be checked. Write it into the file, or take it off the broker.`,
      fixes: has === undefined || has.to.address === '' ? [] : insertFix({ facts: declared.declarations }, 'deadLetter' as SettingName, has.to.address, true),
    });
    return;
  }
  const told = said.facts.find(({ by: own }) => own?.startsWith('service ') !== true)?.to.name.at ?? said.at;
  findings.add({
    ...common, at: told,
    message: `The file sends dead letters of ${subject} to ${said.to.address}${said.key === undefined ? '' : ` with key ${said.key.value}`}, and on ${name} they `
      + `${to === undefined ? 'are dropped: the queue has no dead-letter exchange, by argument or policy' : `go to ${to}`}. `
      + `${has === undefined ? 'Set x-dead-letter-exchange on the broker, best by a policy, or take it out of the file.' : 'Write what the broker has, or change it there.'}`,
    fixes: has === undefined ? removeFix(fileOf, told, `Take deadLetter ${said.to.address} out of the file`)
      : isSame ? [] : replaceFix(model, told, 'deadLetter', has.to.address, true),
  });
}

/** To the very channel, or to the exchange whose bindings lead there. */
function leadsTo(route: Route, target: Channel): boolean {
  if (route.to.address === target.address && (target.space === undefined || route.to.space === target.space)) return true;
  return route.to.routesOut.some(({ kind, to }) => kind === 'binding' && to.address === target.address && to.space === (target.space ?? 'queue'));
}

function compareAlternate({ name, model }: Sides, declared: Channel, real: Channel, findings: Findings): void {
  const said = brokerRoute(declared, 'alternate');
  const has = brokerRoute(real, 'alternate');
  if (said === undefined && has === undefined) return;
  const subject = channelWords(declared);
  const common = { code: 'drift/alternate-exchange' as const, subject, what: 'alternate exchange', declared: said?.to.address, real: has?.to.address };
  if (said !== undefined && said.to.address === has?.to.address) findings.same(subject, 'alternate exchange', said.to.address, has.to.address, said.at);
  else if (said === undefined) {
    findings.add({
      ...common, severity: 'warning', at: declared.at,
      message: `${capital(subject)} has the alternate exchange ${has?.to.address} on ${name}, and no file says so. Write it into the file, or take it off the broker.`,
      fixes: insertFix({ facts: declared.declarations }, 'alternateExchange' as SettingName, has?.to.address ?? '', true),
    });
  } else {
    const at = said.facts[0]?.to.name.at ?? said.at;
    findings.add({
      ...common, at,
      message: `The file gives ${subject} the alternate exchange ${said.to.address}, and on ${name} it has ${has === undefined ? 'none: what no binding takes is dropped' : has.to.address}. `
        + 'Write what the broker has, or change it there.',
      fixes: has === undefined ? [] : replaceFix(model, at, 'alternateExchange', has.to.address, true),
    });
  }
}

const sourceWords: Readonly<Partial<Record<Route['kind'], string>>> = { mirror: 'mirrors', 'stream-source': 'collects' };

function compareSources({ name, pairs, real: broker }: Sides, findings: Findings): void {
  for (const [declared, real] of pairs) {
    for (const route of declared.routesIn) {
      const verb = sourceWords[route.kind];
      if (verb === undefined || !broker.inventory.channels.some(({ settings }) => 'sources' in settings || 'mirror' in settings)) continue;
      const from = route.from.settings.stream?.name?.value ?? streamFor(route.from, broker)?.address ?? route.from.address;
      const subject = `stream ${real.address}`;
      if (real.routesIn.some((one) => one.kind === route.kind && one.from.address === from)) {
        findings.same(subject, `${verb} ${from}`, 'yes', 'yes', route.at);
        continue;
      }
      findings.add({
        code: 'drift/stream-source', subject, what: `${verb} ${from}`, declared: 'yes', real: 'no', at: route.at,
        message: `The file says that ${subject} ${verb} stream ${from}, and on ${name} it does not: nothing is copied. Configure it on the broker, or take it out of the file.`,
      });
    }
  }
}
