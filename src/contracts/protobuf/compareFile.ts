import { rangeIn } from '../../text/sourceFile';
import type { SourceRange } from '../../text/range';
import type { Findings } from './report';
import { nameRange, relativeName, type Placed, type ProtoSchema } from './schema';
import { optionOf, type ProtoMethod, type ProtoService } from './tree';

/** What is said of a file as a whole: its package, what it defined, its services. Programs that are built from it notice first. */
export function compareFile(findings: Findings, before: ProtoSchema, after: ProtoSchema): void {
  const [was, is] = [before.root.package, after.root.package];
  const top = is === undefined ? rangeIn(after.file, 0, 0) : rangeIn(after.file, is.start, is.end);
  if (was?.text !== is?.text) {
    findings.add({
      check: 'PACKAGE_CHANGED', level: 'source', severity: 'warning', element: is?.text ?? was?.text ?? '', at: top,
      ...(was === undefined ? {} : { beforeAt: rangeIn(before.file, was.start, was.end), before: `package ${was.text}` }),
      ...(is === undefined ? {} : { after: `package ${is.text}` }),
      message: `The package was ${was?.text ?? 'none'} and is ${is?.text ?? 'none'}: bytes do not name it, but generated code, google.protobuf.Any and schema registries do`,
      advice: 'Keep the package, or publish the new one as a contract of its own beside the old one',
    });
  }
  gone(findings, top, 'MESSAGE_REMOVED', 'message', names(before, before.messages), names(after, after.messages));
  gone(findings, top, 'ENUM_REMOVED', 'enum', names(before, before.enums), names(after, after.enums));
  extensionsGone(findings, before, after);
  for (const service of before.root.services) {
    const now = after.root.services.find(({ name }) => name === service.name);
    if (now === undefined) {
      findings.add({
        check: 'SERVICE_REMOVED', level: 'source', severity: 'warning', element: service.fullName, at: top,
        beforeAt: rangeIn(before.file, service.nameAt, service.nameAt + service.name.length),
        message: `The service ${service.fullName} is gone: those who call it get UNIMPLEMENTED`, advice: `Keep ${service.name}`,
      });
    } else compareService(findings, before, after, service, now);
  }
}

function names(schema: ProtoSchema, all: ReadonlyMap<string, Placed<{ readonly fullName: string; readonly name: string; readonly nameAt: number }>>): Map<string, { name: string; at: SourceRange }> {
  return new Map([...all.values()].filter(({ file }) => file === schema.file).map((placed) => [
    relativeName(placed),
    { name: placed.element.fullName, at: rangeIn(placed.file, placed.element.nameAt, placed.element.nameAt + placed.element.name.length) },
  ]));
}

function gone(findings: Findings, at: SourceRange, check: string, kind: string, before: ReturnType<typeof names>, after: ReturnType<typeof names>): void {
  for (const [relative, { name, at: beforeAt }] of before) {
    if (after.has(relative)) continue;
    findings.add({
      check, level: 'source', severity: 'warning', element: name, at, beforeAt, before: `${kind} ${name}`,
      message: `The ${kind} ${name} is gone from the file: programs that use it do not build, and what was written with it has no reader`, advice: `Keep ${name}, and mark it as deprecated`,
    });
  }
}

function extensionsGone(findings: Findings, before: ProtoSchema, after: ProtoSchema): void {
  const now = new Map([...after.messages.values()].map((placed) => [relativeName(placed), placed]));
  for (const placed of before.messages.values()) {
    const current = now.get(relativeName(placed));
    if (placed.file !== before.file || current === undefined) continue;
    for (const { from, to, start, end } of placed.element.extensions) {
      if (current.element.extensions.some((range) => range.from <= from && to <= range.to)) continue;
      const words = from === to ? `${from}` : `${from} to ${to === Number.POSITIVE_INFINITY ? 'max' : to}`;
      findings.add({
        check: 'EXTENSION_RANGE_REMOVED', level: 'source', severity: 'warning', element: current.element.fullName, at: nameRange(current),
        beforeAt: rangeIn(before.file, start, end), before: `extensions ${words}`,
        message: `${current.element.fullName} does not take extensions ${words} any more: files that extend it do not build`, advice: `Keep extensions ${words}`,
      });
    }
  }
}

function compareService(findings: Findings, before: ProtoSchema, after: ProtoSchema, was: ProtoService, is: ProtoService): void {
  const place = (schema: ProtoSchema, { nameAt, name }: ProtoMethod | ProtoService): SourceRange => rangeIn(schema.file, nameAt, nameAt + name.length);
  for (const method of was.methods) {
    const now = is.methods.find(({ name }) => name === method.name);
    const element = `${is.fullName}.${method.name}`;
    const shared = { element, beforeAt: place(before, method), before: methodWords(method) };
    if (now === undefined) {
      findings.add({
        ...shared, check: 'RPC_REMOVED', level: 'source', severity: 'warning', at: place(after, is),
        message: `${element} is gone: those who call it get UNIMPLEMENTED`, advice: `Keep ${method.name}, and mark it as deprecated`,
      });
      continue;
    }
    const change = (check: string, what: string): void => findings.add({
      ...shared, check, level: 'wire', severity: 'error', at: place(after, now), after: methodWords(now),
      message: `${what} of ${element} has changed: those who call it with the other version are not understood`, advice: `Add another rpc beside ${method.name}`,
    });
    const typeName = (schema: ProtoSchema, type: string, { fullName }: ProtoService): string => schema.typeOf(type, fullName).name;
    if (typeName(before, method.input, was) !== typeName(after, now.input, is)) change('RPC_REQUEST_TYPE_CHANGED', 'The request');
    if (typeName(before, method.output, was) !== typeName(after, now.output, is)) change('RPC_RESPONSE_TYPE_CHANGED', 'The answer');
    if (method.clientStreams !== now.clientStreams) change('RPC_CLIENT_STREAMING_CHANGED', 'The streaming of requests');
    if (method.serverStreams !== now.serverStreams) change('RPC_SERVER_STREAMING_CHANGED', 'The streaming of answers');
    if (optionOf(method, 'idempotency_level')?.value !== optionOf(now, 'idempotency_level')?.value) change('RPC_IDEMPOTENCY_CHANGED', 'The idempotency_level');
  }
}

function methodWords({ name, input, output, clientStreams, serverStreams }: ProtoMethod): string {
  return `rpc ${name}(${clientStreams ? 'stream ' : ''}${input}) returns (${serverStreams ? 'stream ' : ''}${output})`;
}
