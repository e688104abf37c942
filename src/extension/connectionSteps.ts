import { saysTls, URL_EXAMPLES, urlFault, vhostOf, withVhost } from './brokerUrl';
import type { Draft } from './connectionDraft';
import type { Preset, PresetQuestion } from './connectionPresets';
import { askText } from './draftQuestion';
import { askKeyFile } from './keyFileStep';
import type { Choice, Step } from './multiStep';
import { choose } from './multiStep';
import { signInSteps } from './signInSteps';
import { isDevelopment } from './writeLaw';

/** A broker that files declare, as far as the dialogue needs it. */
export interface DeclaredBroker {
  readonly name: string;
  readonly protocol?: Draft['protocol'];
  readonly environment?: string;
}

/** Which broker it is for, where files declare some of its protocol. */
export function brokerSteps(draft: Draft, declared: readonly DeclaredBroker[]): readonly Step[] {
  const fitting = declared.filter(({ protocol }) => protocol === draft.protocol);
  if (fitting.length === 0) return [];
  return [
    choose(
      'Which broker of your files is it a way to?',
      [
        ...fitting.map(({ name, environment }) => ({ label: name, description: environment, value: name })),
        { label: 'None of them', description: 'a broker that no file declares', value: '' },
      ],
      () => draft.broker,
      (value) => {
        draft.broker = value;
      },
    ),
  ];
}

const WRITABLE = 'messages may be published';
const READ_ONLY = 'read-only unless you allow writing';

const ENVIRONMENTS = [
  { value: 'development', description: WRITABLE },
  { value: 'staging', description: READ_ONLY },
  { value: 'production', description: READ_ONLY },
];

/** Which environment it is in, which decides whether anything may be written. */
export function environmentSteps(
  draft: Draft, declared: readonly DeclaredBroker[], dialogue: { other: boolean },
): readonly Step[] {
  const said = declared.find(({ name }) => name === draft.broker)?.environment;
  draft.environment ||= dialogue.other ? '' : (said ?? '');
  const extra = [draft.environment, said].find((one) => one && !ENVIRONMENTS.some(({ value }) => value === one));
  const choices: Choice<string>[] = [
    ...(extra ? [{ label: extra, value: extra, description: isDevelopment(extra) ? WRITABLE : READ_ONLY }] : []),
    ...ENVIRONMENTS.map(({ value, description }) => ({
      label: value, value, description: value === said ? `${description}; as the file says` : description,
    })),
    { label: 'Another…', description: READ_ONLY, value: '' },
  ];
  return [
    choose(
      'Which environment is it in?', choices, () => draft.environment,
      (value) => {
        draft.environment = value;
        dialogue.other = value === '';
      },
    ),
    ...(dialogue.other
      ? [askText(draft, 'environment', {
        prompt: 'What is the environment called?', placeholder: 'qa', missing: 'Write the environment’s name.',
      })]
      : []),
  ];
}

export function nameStep(draft: Draft, propose: () => string, taken: () => ReadonlySet<string>): Step {
  return askText(draft, 'name', {
    prompt: 'A name for the connection', missing: 'Write a name.', propose,
    fault: (text) => {
      const name = text.trim();
      return taken().has(name) ? `There is a connection named ${name}. Write another name, or edit that one.` : undefined;
    },
  });
}

/** Where it is, how it is encrypted, and how to sign in. */
export function addressSteps(draft: Draft): readonly Step[] {
  const { protocol } = draft;
  const isWeb = /^wss?:/i.test(draft.url);
  return [
    askText(draft, 'url', {
      prompt: 'Where is it?', placeholder: URL_EXAMPLES[protocol],
      fault: (text) => urlFault(protocol, text),
      missing: urlFault(protocol, ''),
      take: (text) => takeUrl(draft, text.trim()),
    }),
    ...(protocol === 'rabbitmq' ? [askText(draft, 'vhost', { prompt: 'Virtual host; empty for the default one, /', optional: true })] : []),
    ...(saysTls(draft.url) ? [] : isWeb ? [] : [encryptionStep(draft)]),
    ...tlsSteps(draft),
    ...(protocol === 'mqtt' ? [mqttStep(draft)] : []),
    ...signInSteps(draft),
    ...(protocol === 'rabbitmq' ? [managementStep(draft)] : []),
  ];
}

function takeUrl(draft: Draft, url: string): void {
  if (draft.protocol === 'rabbitmq') {
    draft.vhost = vhostOf(url) || draft.vhost;
    draft.url = withVhost(url, '');
  } else {
    draft.url = url;
  }
  if (saysTls(url) && draft.encryption === 'plain') draft.encryption = 'tls';
  else if (/^ws:/i.test(url)) draft.encryption = 'plain';
}

function encryptionStep(draft: Draft): Step {
  return choose<boolean>(
    'Is the connection encrypted?',
    [
      { label: 'Plain', description: 'everybody between here and the broker can read it', value: false },
      { label: 'TLS', value: true },
    ],
    () => draft.encryption !== 'plain',
    (isTls) => {
      draft.encryption = isTls ? (draft.encryption === 'plain' ? 'tls' : draft.encryption) : 'plain';
    },
  );
}

/** How the broker's certificate is checked, and whether the client shows one. */
export function tlsSteps(draft: Draft): readonly Step[] {
  if (draft.encryption === 'plain' && !saysTls(draft.url)) return [];
  type Check = 'machine' | 'file' | 'none';
  const canTrustAll = isDevelopment(draft.environment);
  if (!canTrustAll && draft.encryption === 'unverified') draft.encryption = 'tls';
  const check = choose<Check>(
    'By what is the broker’s certificate checked?',
    [
      { label: 'By what this machine trusts', description: 'certificates of public authorities', value: 'machine' },
      { label: 'By a certificate file', description: 'of the authority that made the broker’s', value: 'file' },
      ...(canTrustAll
        ? [{ label: 'Not at all', description: 'anybody can pretend to be the broker: development only', value: 'none' } as const]
        : []),
    ],
    () => (draft.encryption === 'unverified' ? 'none' : draft.hasCa ? 'file' : 'machine'),
    (value) => {
      draft.encryption = value === 'none' ? 'unverified' : 'tls';
      draft.hasCa = value === 'file';
    },
  );
  const client = choose<boolean>(
    'Does the broker ask for a client certificate?',
    [{ label: 'No', value: false }, { label: 'Yes', description: 'mutual TLS', value: true }],
    () => draft.hasCertificate,
    (value) => {
      draft.hasCertificate = value;
    },
  );
  return [
    check,
    ...(draft.hasCa && draft.encryption === 'tls'
      ? [askKeyFile('The authority’s certificate (PEM).', 'certificate', () => draft.ca, (path) => { draft.ca = path; })] : []),
    client,
    ...(draft.hasCertificate ? clientCertificateSteps(draft) : []),
  ];
}

function clientCertificateSteps(draft: Draft): readonly Step[] {
  return [
    askKeyFile('The client’s certificate (PEM).', 'certificate', () => draft.cert, (path) => { draft.cert = path; }),
    askKeyFile('The client’s private key (PEM).', 'key', () => draft.key, (path) => { draft.key = path; }),
    askText(draft, 'passphrase', { prompt: 'Passphrase of the key; empty for none; kept in secret storage', optional: true }),
  ];
}

function mqttStep(draft: Draft): Step {
  return choose(
    'Which version of MQTT?',
    [
      { label: 'MQTT 5', value: 5 },
      { label: 'MQTT 3.1.1', value: 4 },
    ],
    () => draft.mqttVersion,
    (value) => {
      draft.mqttVersion = value;
    },
  );
}

function managementStep(draft: Draft): Step {
  return askText(draft, 'managementUrl', {
    prompt: 'Management API, for what AMQP cannot tell (bindings, depths); empty for none.',
    placeholder: 'http://localhost:15672', optional: true,
    fault: (text) =>
      /^https?:\/\/[^@\s]+$/.test(text.trim()) ? undefined : 'Write http://host:port or https://host:port, without user and password.',
    take: (text) => {
      draft.managementUrl = text.trim();
    },
  });
}

const FILES = { cert: 'certificate', key: 'key', credentialsFile: 'credentials' } as const;

/** What a preset asks instead of an address and a way to sign in. */
export function presetSteps(draft: Draft, preset: Preset): readonly Step[] {
  return preset.asks.map((question) => presetStep(draft, question));
}

function presetStep(draft: Draft, question: PresetQuestion): Step {
  const { field, prompt } = question;
  if (field === 'cert' || field === 'key' || field === 'credentialsFile') {
    return askKeyFile(`${prompt}.`, FILES[field], () => draft[field], (path) => { draft[field] = path; });
  }
  return askText(draft, field, {
    prompt, placeholder: question.placeholder, optional: question.optional,
    ...(question.propose && { propose: () => question.propose?.(draft) ?? '' }),
    fault: (text) => question.fault?.(text),
    ...(question.take && { take: (text: string) => { Object.assign(draft, question.take?.(text)); } }),
  });
}
