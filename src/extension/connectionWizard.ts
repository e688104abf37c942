import * as vscode from 'vscode';
import type { Protocol } from '../protocol/common';
import type { BrokerInfo } from '../protocol/lsp';
import { connectionOf, draftOf, freeName, newDraft } from './connectionDraft';
import type { Draft } from './connectionDraft';
import { PRESETS } from './connectionPresets';
import type { Preset } from './connectionPresets';
import { brokerOf } from './connections';
import type { Connection, Connections } from './connections';
import { addressSteps, brokerSteps, environmentSteps, nameStep, presetSteps } from './connectionSteps';
import { SourcePicker } from './connectionImport';
import { logFailure } from './log';
import { answered, choose } from './multiStep';
import type { Choice, Step } from './multiStep';
import type { Server } from './server';
import { refusedSteps } from './signInSteps';

/** What the dialogues about connections work with. */
export interface Dialogue {
  readonly connections: Connections;
  readonly server: Server;
}

/** What is known before the first question. */
export interface Known {
  readonly broker?: string;
  readonly protocol?: Protocol;
}

type Beginning = Protocol | 'file' | Preset;

const PROTOCOLS: readonly Choice<Beginning>[] = [
  { label: 'Kafka', value: 'kafka', heading: 'A broker' },
  { label: 'RabbitMQ', value: 'rabbitmq' },
  { label: 'MQTT', value: 'mqtt' },
  { label: 'NATS', value: 'nats' },
];

/** Asks for a connection step by step, with a way back at each; undefined when given up. */
export async function addConnection(dialogue: Dialogue, known: Known = {}): Promise<Connection | undefined> {
  const { connections } = dialogue;
  const declared = await brokersOf(dialogue.server);
  const draft = newDraft(known.protocol);
  draft.broker = known.broker ?? '';
  let begun: Beginning = known.protocol ?? 'kafka';
  const picker = new SourcePicker(dialogue.server);
  const other = { other: false };
  const taken = (): ReadonlySet<string> => namesOf(connections, draft);
  const begin = choose<Beginning>(
    'What do you connect to?',
    [
      ...PROTOCOLS.filter(({ value }) => known.protocol === undefined || value === known.protocol),
      ...PRESETS.filter(({ protocol }) => known.protocol === undefined || protocol === known.protocol).map((preset, i) => ({
        label: preset.label, description: preset.description, value: preset, ...(i === 0 && { heading: 'A provider' }),
      })),
      {
        label: 'From a file of the workspace…', description: 'a flow file, client settings, Spring, compose', value: 'file',
        heading: 'What is written already',
      },
    ],
    () => begun,
    (value) => {
      if (value !== begun) Object.assign(draft, newDraft(known.protocol), { broker: draft.broker });
      begun = value;
      if (typeof value === 'object') Object.assign(draft, value.sets, { protocol: value.protocol });
      else if (value !== 'file') draft.protocol = value;
    },
  );
  const plan = (): readonly Step[] => [
    begin,
    ...(begun === 'file' ? picker.steps(draft) : []),
    ...(known.broker === undefined && begun !== 'file' ? brokerSteps(draft, declared) : []),
    ...environmentSteps(draft, declared, other),
    nameStep(draft, () => freeName(draft, typeof begun === 'object' ? begun.label : '', taken()), taken),
    ...(typeof begun === 'object' ? presetSteps(draft, begun) : addressSteps(draft)),
  ];
  if (!(await answered('Add Connection', plan))) return undefined;
  const { description, secrets } = connectionOf(draft);
  const connection = await connections.put(description, secrets);
  // Whoever adds a way to a broker wants to go it.
  await connections.choose(connection);
  for (const note of picker.notes) void vscode.window.showWarningMessage(note);
  return connection;
}

/** Asks for everything anew, with the present answers filled in; undefined when given up. */
export async function editConnection({ connections, server }: Dialogue, connection: Connection): Promise<Connection | undefined> {
  const declared = await brokersOf(server);
  const environment = connection.environment ?? declared.find(({ name }) => name === brokerOf(connection))?.environment;
  const draft = draftOf(connection, await connections.secretsOf(connection.id), environment);
  const other = { other: false };
  const plan = (): readonly Step[] => [
    ...brokerSteps(draft, declared),
    ...environmentSteps(draft, declared, other),
    nameStep(draft, () => connection.name, () => namesOf(connections, draft)),
    ...addressSteps(draft),
  ];
  if (!(await answered(`Edit ${connection.name}`, plan))) return undefined;
  return keep(connections, connection, draft);
}

/** Asks a connection that was refused how to sign in; undefined when given up. */
export async function editSignIn(connections: Connections, connection: Connection, reason: string): Promise<Connection | undefined> {
  const draft = draftOf(connection, await connections.secretsOf(connection.id));
  if (!(await answered(`Sign in to ${connection.name}`, () => refusedSteps(draft, reason)))) return undefined;
  return keep(connections, connection, draft);
}

/** Signs in to a broker as a file declares it: kept for the very address that the file names. */
export async function signInTo(
  connections: Connections, declared: BrokerInfo, protocol: Protocol, reason: string,
): Promise<Connection | undefined> {
  const url = declared.url ?? '';
  const draft: Draft = { ...newDraft(protocol), name: declared.name, url, encryption: declared.tls ? 'tls' : 'plain' };
  if (!(await answered(`Sign in to ${declared.name} (${url})`, () => refusedSteps(draft, reason)))) return undefined;
  const { description, secrets } = connectionOf(draft);
  // The address stays as the file has it, since the sign-in holds for that one only.
  return connections.put({ ...description, url, tls: declared.tls, signInOnly: true }, secrets);
}

function keep(connections: Connections, { id, signInOnly, url }: Connection, draft: Draft): Promise<Connection> {
  const { description, secrets } = connectionOf(draft);
  return connections.save({ ...description, id, ...(signInOnly && { signInOnly, url }) }, secrets);
}

/** Names of other connections of the protocol. */
function namesOf(connections: Connections, { id, protocol }: Draft): ReadonlySet<string> {
  return new Set(connections.all().filter((one) => one.protocol === protocol && !one.signInOnly && one.id !== id).map(({ name }) => name));
}

/** The brokers that files declare; none where the server cannot tell. */
export async function brokersOf(server: Server): Promise<readonly BrokerInfo[]> {
  try {
    return await server.brokers();
  } catch (error) {
    logFailure('Reading the brokers', error);
    return [];
  }
}
