import type { FlowModel, Schema } from '../../model/model';
import type { FileId } from '../../text/range';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { Baseline, BaselineBreak, CompareOptions } from '../against';
import { keyOf } from '../against';
import { changesBetween } from '../changes';
import { directionsOf, type CompatFinding, type ReadReference } from '../compat';
import { consumersOfSchema, defaultMode, modeOf } from '../use';
import { asyncApiRoot } from '../tree';
import { payloadsOf, type Payload } from './payloads';
import { lostMessages, messagesOfGone, type MessageLoss } from './removed';

/** With the format that the message's payload is in. */
export interface PayloadBreak extends BaselineBreak {
  readonly format: Payload['format'];
}

export interface DocumentOptions extends CompareOptions {
  /** Paths of the documents as they are now; all of the model by default. Those of a baseline's folder are none. */
  readonly documents?: readonly string[];
}

/**
 * What the messages of an AsyncAPI document break against a baseline, those that are gone among them. Versions of a message are paired by its name, or
 * by where it stands if it has another name now. What lies in files that are contracts themselves is told there.
 */
export function payloadBreaks(
  model: FlowModel, file: SourceFile, readNow: ReadReference, baseline: Baseline, options: DocumentOptions = {},
): readonly PayloadBreak[] {
  const earlier = asyncApiRoot(file) && baseline.earlier(file.path);
  if (earlier === undefined || (earlier.text === file.text && !refersToFiles(file.text))) return [];
  const contracts = new Map(contractPaths(model));
  const found = new Map<string, PayloadBreak>();
  for (const [before, now] of pairs(payloadsOf(earlier, baseline.read), payloadsOf(file, readNow))) {
    const schemas = schemasOfMessage(model, now);
    const stated = options.mode ?? schemas.map(modeOf).find((mode) => mode !== undefined);
    const mode = stated ?? options.assumed ?? defaultMode;
    const { directions } = directionsOf(mode);
    const [first] = directions;
    if (first === undefined) continue;
    const consumers = schemas.flatMap(consumersOfSchema);
    const other = before.format !== now.format ? otherFormat(before, now, file) : otherContentType(before, now, file);
    if (other !== undefined) {
      const finding = { ...other, direction: first };
      found.set(keyOf(finding), { finding, format: now.format, contract: now.name, consumers, mode, isModeStated: stated !== undefined });
    }
    if (before.format !== now.format) continue;
    const findings = changesBetween(
      { format: before.format, file: before.file, fragment: before.pointer, read: baseline.read },
      { format: now.format, file: now.file, fragment: now.pointer, read: readNow },
    );
    for (const finding of findings) {
      const key = keyOf(finding);
      if (!directions.includes(finding.direction) || isToldThere(finding, contracts.get(finding.at.file), readNow, baseline)) continue;
      const known = found.get(key);
      const added = consumers.filter((one) => known?.consumers.includes(one) !== true);
      found.set(key, known === undefined ? { finding, format: now.format, contract: now.name, consumers, mode, isModeStated: stated !== undefined }
        : { ...known, consumers: [...known.consumers, ...added] });
    }
  }
  return [...found.values(), ...lostBreaks(model, file, readNow, baseline, options)];
}

function* contractPaths(model: FlowModel): Iterable<readonly [FileId, string]> {
  for (const { extent: { file } } of model.contracts) yield [file, model.files.get(file)?.path ?? ''];
}

/** True for a change within a file that is a contract itself. One that the document has gone over to is compared only here. */
function isToldThere({ beforeAt }: CompatFinding, path: string | undefined, readNow: ReadReference, baseline: Baseline): boolean {
  if (path === undefined) return false;
  const earlier = baseline.earlier(path);
  return earlier !== undefined && (beforeAt === undefined ? earlier.text !== readNow(path)?.text : beforeAt.file === earlier.id);
}

const formatWords = { avro: 'Avro', 'json-schema': 'JSON Schema' };

/** Bytes of one format are none of another. */
function otherFormat(before: Payload, now: Payload, file: SourceFile): Omit<CompatFinding, 'direction'> {
  const [was, is] = [formatWords[before.format], formatWords[now.format]];
  return {
    check: 'PAYLOAD_FORMAT_CHANGED', level: 'wire', severity: 'error', element: now.name, at: now.message.file === file.id ? now.message : rangeIn(file, 0, 0),
    before: was, after: is,
    message: `The payload of ${now.name} was described in ${was} and is in ${is}: where the bytes follow the schema, neither version reads what the other wrote.`,
    advice: 'Keep the format, or send the new one under another name or at another channel.',
  };
}

function otherContentType({ contentType: was }: Payload, { contentType: is, name, message }: Payload, file: SourceFile): Omit<CompatFinding, 'direction'> | undefined {
  if (was === undefined || is === undefined || kindOf(was.value) === kindOf(is.value)) return undefined;
  return {
    check: 'CONTENT_TYPE_CHANGED', level: 'wire', severity: 'error', element: name,
    at: [is.at, message].find((at) => at.file === file.id) ?? rangeIn(file, 0, 0), beforeAt: was.at, before: was.value, after: is.value,
    message: `${name} was ${was.value} and is ${is.value}: neither version reads what the other wrote.`,
    advice: 'Keep the content type, or send the new one under another name or at another channel.',
  };
}

/** `application/vnd.shop.order+json; charset=utf-8` is JSON as `application/json` is. */
function kindOf(contentType: string): string {
  const bare = contentType.split(';', 1)[0]!.trim().toLowerCase();
  return /[/+](json|xml|protobuf|avro)$/.exec(bare)?.[1] ?? bare;
}

/** A message that is gone concerns readers and writers of either version: any mode forbids it but `none`. */
function lostBreaks(
  model: FlowModel, file: SourceFile, readNow: ReadReference, baseline: Baseline, options: DocumentOptions,
): readonly PayloadBreak[] {
  return withModes(model, lostMessages(model, file, readNow, baseline, options.documents ?? documentsOf(model)), options);
}

/** What is lost with a document that is gone as a whole. @param file as it was */
export function goneBreaks(
  model: FlowModel, file: SourceFile, readNow: ReadReference, baseline: Baseline, options: DocumentOptions = {},
): readonly PayloadBreak[] {
  return withModes(model, messagesOfGone(model, file, readNow, baseline, options.documents ?? documentsOf(model)), options);
}

function withModes(model: FlowModel, losses: readonly MessageLoss[], options: DocumentOptions): readonly PayloadBreak[] {
  return losses.flatMap(({ finding, message, consumers }) => {
    const said = model.schemas.filter(({ name, fact }) => name === message && fact.dialect === 'flow').map(modeOf);
    const stated = options.mode ?? said.find((mode) => mode !== undefined);
    const mode = stated ?? options.assumed ?? defaultMode;
    const [direction] = directionsOf(mode).directions;
    return direction === undefined ? [] : [{
      finding: { ...finding, direction }, format: 'json-schema', contract: message, consumers, mode, isModeStated: stated !== undefined,
    }];
  });
}

/** Paths of a model's documents: where `payloadBreaks` may find something. */
export function documentsOf(model: FlowModel): readonly string[] {
  return [...model.files.values()].filter(({ dialect }) => dialect === 'asyncapi').map(({ path }) => path).sort();
}

function* pairs(before: readonly Payload[], now: readonly Payload[]): Iterable<readonly [before: Payload, now: Payload]> {
  const open = new Set(before);
  const rest: Payload[] = [];
  for (const one of now) {
    const named = before.filter(({ name, part }) => name === one.name && part === one.part);
    // Of several messages with one name the one in the same place is meant.
    const same = named.find(({ pointer }) => pointer === one.pointer) ?? (named.length === 1 ? named[0] : undefined);
    if (same === undefined) rest.push(one);
    else {
      open.delete(same);
      yield [same, one];
    }
  }
  for (const one of rest) {
    const same = [...open].find(({ pointer }) => pointer === one.pointer);
    if (same !== undefined) yield [same, one];
  }
}

/** The schema that was read from a message, and those that files declare by its name: they may state a mode. */
function schemasOfMessage(model: FlowModel, { message, name }: Payload): readonly Schema[] {
  const own = model.schemas.filter(({ fact: { extent } }) => extent.file === message.file && extent.start <= message.start && message.end <= extent.end);
  return own.length === 0 ? [] : [...own, ...model.schemas.filter((one) => one.name === name && one.fact.dialect === 'flow' && !own.includes(one))];
}

/** True if parts may lie in other files, which may have changed where this one has not. */
function refersToFiles(text: string): boolean {
  return /\$ref["']?\s*:\s*["']?[^#"'\s]/.test(text);
}
