import type { CancellationToken } from 'vscode-languageserver';
import { contractFilesOf } from '../contracts/against';
import { brokerId } from '../graph/build';
import { channelWords } from '../lint/words';
import {
  askBrokerRegistryRequest,
  compareRegistryRequest,
  registryKeyRequest,
  type AskBrokerRegistryParams,
  type BrokerRegistryAnswer,
  type CompareRegistryParams,
  type RegistryAnswer,
  type RegistryProblem,
  type RegistrySignIn,
} from '../protocol/registry';
import { checkRegistryRequest, type RegistryCheck } from '../protocol/connections';
import { newOpener } from '../protocol/sealed';
import { RegistryClient, RegistryError, RegistryRefusal } from '../registry/client';
import { compareWithRegistry, type RegistryFinding } from '../registry/compare';
import { registryAddress } from '../workspace/registryAddress';
import type { BrokerRegistries } from './brokerRegistry';
import { guard } from './guard';
import type { Session } from './session';

/** The requests of `protocol/registry.ts`. A registry is spoken to only when one of them comes. */
export function listenToRegistryRequests(session: Session, ofBrokers: BrokerRegistries): void {
  const { connection } = session;
  let opener: ReturnType<typeof newOpener> | undefined;

  connection.onRequest(registryKeyRequest, guard(session, registryKeyRequest, (): string => (opener ??= newOpener()).publicKey));

  const ownOr = ({ address, broker, signIn }: CompareRegistryParams): RegistrySignIn =>
    signIn && opener ? JSON.parse(opener.open(signIn)) as RegistrySignIn : fromEnvironment(session, broker, address);

  connection.onRequest<RegistryAnswer, void>(
    compareRegistryRequest,
    guard(session, compareRegistryRequest, (params: CompareRegistryParams, token): Promise<RegistryAnswer> =>
      compare(session, params.address, ownOr(params), token)),
  );

  connection.onRequest<BrokerRegistryAnswer, void>(
    askBrokerRegistryRequest,
    guard(session, askBrokerRegistryRequest, (params: AskBrokerRegistryParams, token): Promise<BrokerRegistryAnswer> =>
      ofBrokers.ask(session, params, ownOr(params), token)),
  );

  connection.onRequest<RegistryCheck, void>(
    checkRegistryRequest,
    guard(session, checkRegistryRequest, (params: CompareRegistryParams): Promise<RegistryCheck> => check(params.address, ownOr(params))),
  );
}

async function check(address: string, signIn: RegistrySignIn): Promise<RegistryCheck> {
  try {
    return { is: 'answers', subjects: (await new RegistryClient(address, signIn).subjects()).length };
  } catch (error) {
    return failure(error);
  }
}

/** What a registry did not give, as an answer. @throws what is no failure of a registry */
function failure(error: unknown): Extract<RegistryAnswer, { is: 'refused' | 'failed' }> {
  if (error instanceof RegistryRefusal) return { is: 'refused', reason: error.message };
  if (error instanceof RegistryError) return { is: 'failed', reason: error.message };
  throw error;
}

async function compare(
  session: Session, address: string, signIn: RegistrySignIn, token: CancellationToken | undefined,
): Promise<RegistryAnswer> {
  const givenUp = new AbortController();
  const listening = token?.onCancellationRequested(() => givenUp.abort());
  try {
    const { model, file } = await session.snapshot();
    const client = new RegistryClient(address, signIn, givenUp.signal);
    const files = contractFilesOf(model, (id) => file(id)?.file);
    const { found, findings } = await compareWithRegistry(client, { model, files, text: (path) => session.workspace.text(path) });
    return {
      is: 'compared', address: client.address, found: found.length, of: files.length,
      problems: findings.map((finding) => problemOf(session, finding)).sort(byPlace),
    };
  } catch (error) {
    return failure(error);
  } finally {
    listening?.dispose();
  }
}

function problemOf({ convert }: Session, { at, severity, check, message, consumers, isBreak }: RegistryFinding): RegistryProblem {
  return {
    at: convert.place(at), severity, check, message,
    related: isBreak ? consumers.map(({ edge, channel, version }) => ({
      at: convert.place(edge.at),
      message: `${edge.service.name} consumes it from ${channelWords(channel)}${version === undefined ? '' : ` as version ${version}`}`,
    })) : [],
  };
}

function byPlace(a: RegistryProblem, b: RegistryProblem): number {
  const [x, y] = [a.at, b.at];
  return compareText(x.uri, y.uri) || x.start.line - y.start.line || x.start.character - y.start.character
    || compareText(a.check, b.check) || compareText(a.message, b.message);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** User and password that a registry's URL has here and now, from the environment; nothing where it is another address. */
function fromEnvironment(session: Session, id: string | undefined, address: string): RegistrySignIn {
  const { model, file } = session.ide();
  const broker = model.brokers.find((one) => brokerId(one.id) === id);
  const found = broker && registryAddress(broker, (of) => file(of)?.file.text ?? '', process.env);
  if (found?.url !== address) return {};
  const { user, password } = found;
  return { ...(user !== undefined && { user }), ...(password !== undefined && { password }) };
}
