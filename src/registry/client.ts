import type { CompatMode } from '../contracts/compat';
import { parseMode } from '../contracts/compat';
import type { ContractFormat } from '../model/facts';

/** What a registry was asked for and did not give, in one sentence without secrets. */
export class RegistryError extends Error {}

/** Whoever asks is not let in: the credentials are missing or wrong. */
export class RegistryRefusal extends RegistryError {}

export interface RegistryReference {
  /** What the referring schema calls it: an import's path, a full name, a `$ref`. */
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

/** One registered version. */
export interface RegisteredSchema {
  readonly subject: string;
  readonly version: number;
  readonly format: ContractFormat;
  readonly text: string;
  readonly references: readonly RegistryReference[];
}

export interface RegistryCredentials {
  readonly user?: string;
  readonly password?: string;
  /** Sent as a bearer token; counts before user and password. */
  readonly token?: string;
}

/** What a registry answered, to be asked again without it: a file that changes is no reason to speak to it. */
export class RegistryMemory {
  readonly answers = new Map<string, unknown>();
  /** From then on nothing is sent, and what was not asked counts as not there. */
  isClosed = false;
}

/** An answer takes no longer, in ms, and is no larger, in bytes. */
const patience = 15_000;
const maxAnswer = 8 * 1024 * 1024;

const formats: Readonly<Record<string, ContractFormat>> = { AVRO: 'avro', PROTOBUF: 'protobuf', JSON: 'json-schema' };
const types: Readonly<Record<ContractFormat, string>> = { avro: 'AVRO', protobuf: 'PROTOBUF', 'json-schema': 'JSON' };

/**
 * Reads a schema registry by the HTTP interface that Confluent's has and others offer as well (Apicurio below
 * `/apis/ccompat/v7`). Nothing is ever registered, changed or deleted.
 */
export class RegistryClient {
  private readonly base: string;
  private readonly authorization?: string;

  /**
   * @param url may hold user and password, which count where `credentials` gives none.
   * @param signal gives up what is being asked.
   * @param memory takes down all answers, and gives them once it is closed.
   */
  constructor(url: string, credentials: RegistryCredentials = {}, private readonly signal?: AbortSignal, private readonly memory?: RegistryMemory) {
    const parsed = parse(url);
    const user = credentials.user ?? decodeURIComponent(parsed.username);
    const password = credentials.password ?? decodeURIComponent(parsed.password);
    if (credentials.token) this.authorization = `Bearer ${credentials.token}`;
    else if (user !== '') this.authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    this.base = `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`;
  }

  /** The address without user and password. */
  get address(): string {
    return this.base;
  }

  /** All subjects, sorted. */
  async subjects(): Promise<readonly string[]> {
    const answer = await this.ask('/subjects');
    if (!Array.isArray(answer)) throw this.strange('/subjects');
    return answer.filter((name): name is string => typeof name === 'string').sort();
  }

  /** Numbers of a subject's versions, ascending; none for a subject that is not there. */
  async versions(subject: string): Promise<readonly number[]> {
    const answer = await this.ask(`/subjects/${encodeURIComponent(subject)}/versions`, { absent: [] });
    if (!Array.isArray(answer)) throw this.strange('versions');
    return answer.filter((version): version is number => typeof version === 'number').sort((a, b) => a - b);
  }

  /** One version; undefined where it is not there or has a format that nobody here reads. */
  async schema(subject: string, version: number | 'latest'): Promise<RegisteredSchema | undefined> {
    const answer = await this.ask(`/subjects/${encodeURIComponent(subject)}/versions/${version}`, { absent: null });
    if (answer === null) return undefined;
    const { schema, schemaType, version: number, references } = recordOf(answer);
    const format = formats[typeof schemaType === 'string' ? schemaType : 'AVRO'];
    if (typeof schema !== 'string' || typeof number !== 'number') throw this.strange(`version ${version} of ${subject}`);
    if (format === undefined) return undefined;
    return {
      subject, version: number, format, text: schema,
      references: (Array.isArray(references) ? references : []).flatMap((one): RegistryReference[] => {
        const { name, subject: of, version: at } = recordOf(one);
        return typeof name === 'string' && typeof of === 'string' && typeof at === 'number' ? [{ name, subject: of, version: at }] : [];
      }),
    };
  }

  /** The compatibility level that holds for a subject: its own, else the registry's. */
  async level(subject: string): Promise<CompatMode | undefined> {
    // Registries without the parameter answer 404 for a subject without a level of its own.
    const own = await this.ask(`/config/${encodeURIComponent(subject)}?defaultToGlobal=true`, { absent: null });
    const { compatibilityLevel } = recordOf(own ?? await this.ask('/config', { absent: {} }));
    return typeof compatibilityLevel === 'string' ? parseMode(compatibilityLevel) : undefined;
  }

  /** Whether the registry would take a schema as a subject's next version, and what it says if not. */
  async wouldTake(
    subject: string, format: ContractFormat, text: string, references: readonly RegistryReference[] = [],
  ): Promise<{ readonly isTaken: boolean; readonly reason?: string }> {
    const answer = recordOf(await this.ask(`/compatibility/subjects/${encodeURIComponent(subject)}/versions/latest?verbose=true`, {
      body: { schema: text, schemaType: types[format], ...(references.length > 0 ? { references } : {}) }, absent: { is_compatible: true },
    }));
    const said = [answer['reason'], ...(Array.isArray(answer['messages']) ? answer['messages'] : [])].filter((one) => typeof one === 'string');
    return { isTaken: answer['is_compatible'] !== false, ...(said.length > 0 ? { reason: said.join(' ').slice(0, 500) } : {}) };
  }

  /** @param absent what stands for an answer of 404. */
  private async ask(path: string, question: { readonly absent?: unknown; readonly body?: unknown } = {}): Promise<unknown> {
    const { memory } = this;
    if (memory === undefined) return this.send(path, question);
    const { body, absent } = question;
    const key = body === undefined ? path : `${path}\n${JSON.stringify(body)}`;
    if (memory.isClosed) return memory.answers.has(key) ? memory.answers.get(key) : absent;
    const answer = await this.send(path, question);
    memory.answers.set(key, answer);
    return answer;
  }

  private async send(path: string, { absent, body }: { readonly absent?: unknown; readonly body?: unknown }): Promise<unknown> {
    const response = await fetch(`${this.base}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      // A redirect could lead credentials elsewhere.
      redirect: 'error',
      signal: AbortSignal.any([AbortSignal.timeout(patience), ...(this.signal === undefined ? [] : [this.signal])]),
      headers: {
        accept: 'application/vnd.schemaregistry.v1+json, application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/vnd.schemaregistry.v1+json' }),
        ...(this.authorization === undefined ? {} : { authorization: this.authorization }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : error instanceof Error ? error.message : String(error);
      throw new RegistryError(`The registry ${this.base} does not answer: ${cause || 'connection refused'}.`);
    });
    if (response.status === 404 && absent !== undefined) return absent;
    const text = await bounded(response);
    if (response.status === 401 || response.status === 403) {
      throw new RegistryRefusal(`The registry ${this.base} refuses access (${response.status}).`);
    }
    const answer = json(text);
    if (response.ok && answer !== undefined) return answer;
    const { message } = recordOf(answer);
    throw new RegistryError(`The registry ${this.base} answers ${response.status} to ${path}${typeof message === 'string' ? `: ${message.slice(0, 300)}` : ''}.`);
  }

  private strange(what: string): RegistryError {
    return new RegistryError(`What ${this.base} answers for ${what} is no schema registry's answer.`);
  }
}

function parse(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw new RegistryError(`"${url.replace(/\/\/[^@/]*@/, '//')}" is no address of a registry.`);
  }
}

async function bounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > maxAnswer) throw new RegistryError('The registry’s answer is larger than 8 MiB.');
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : {};
}
