import { endpointFault } from './brokerUrl';
import type { Draft, SignIn } from './connectionDraft';
import { regionIn } from './connectionPresets';
import { askText } from './draftQuestion';
import { askKeyFile } from './keyFileStep';
import type { Choice, Step } from './multiStep';
import { choose } from './multiStep';

/** The ways in which each protocol lets people sign in, the usual and the safest first. */
const WAYS: Readonly<Record<Draft['protocol'], readonly Choice<SignIn>[]>> = {
  kafka: [
    { label: 'SCRAM-SHA-512', description: 'user and password', value: 'scram-sha-512' },
    { label: 'SCRAM-SHA-256', description: 'user and password', value: 'scram-sha-256' },
    { label: 'PLAIN', description: 'sends the password itself: only over TLS', value: 'plain' },
    { label: 'OAUTHBEARER', description: 'a token from an endpoint, by client id and secret', value: 'oauth' },
    { label: 'OAUTHBEARER, fixed token', description: 'holds until the token expires', value: 'token' },
    { label: 'AWS MSK IAM', description: 'by an AWS profile', value: 'aws-msk-iam' },
  ],
  rabbitmq: [{ label: 'User and password', value: 'password' }],
  mqtt: [{ label: 'User and password', value: 'password' }],
  nats: [
    { label: 'User and password', value: 'password' },
    { label: 'Token', value: 'token' },
    { label: 'Credentials file', description: 'a .creds file with JWT and seed', value: 'credentials-file' },
    { label: 'Nkey seed', description: 'begins with SU', value: 'nkey' },
  ],
};

/** How to sign in, and what that takes. */
export function signInSteps(draft: Draft): readonly Step[] {
  const without: Choice<SignIn> = {
    label: 'Without',
    description: draft.hasCertificate && draft.encryption !== 'plain' ? 'by the client certificate alone' : 'the broker lets everybody in',
    value: 'none',
  };
  // AWS takes its signed tokens over TLS alone.
  const ways = WAYS[draft.protocol].filter(({ value }) => value !== 'aws-msk-iam' || draft.encryption !== 'plain');
  if (draft.signIn === 'aws-msk-iam' && draft.encryption === 'plain') draft.signIn = 'none';
  return [wayStep('How do you sign in?', draft, [without, ...ways]), ...secretSteps(draft, '')];
}

/** The same for a broker that has refused us, with its reason: “without” is no answer to it. */
export function refusedSteps(draft: Draft, reason: string): readonly Step[] {
  const ways = WAYS[draft.protocol];
  const [usual] = ways;
  if (draft.signIn === 'none' && usual) draft.signIn = usual.value;
  const said = `The broker said: ${reason} `;
  if (ways.length === 1) return secretSteps(draft, said);
  return [wayStep(`${said}How do you sign in?`, draft, ways), ...secretSteps(draft, '')];
}

function wayStep(question: string, draft: Draft, ways: readonly Choice<SignIn>[]): Step {
  return choose<SignIn>(question, ways, () => draft.signIn, (value) => { draft.signIn = value; });
}

function secretSteps(draft: Draft, before: string): readonly Step[] {
  switch (draft.signIn) {
    case 'none':
      return [];
    case 'password': case 'plain': case 'scram-sha-256': case 'scram-sha-512':
      return [
        askText(draft, 'user', { prompt: `${before}User`, missing: 'Write the user’s name.' }),
        askText(draft, 'password', { prompt: `Password of ${draft.user}; kept in secret storage` }),
      ];
    case 'token':
      return [askText(draft, 'token', { prompt: `${before}Token; kept in secret storage`, missing: 'Write the token.' })];
    case 'nkey':
      return [askText(draft, 'nkeySeed', {
        prompt: `${before}Seed of the user’s nkey; kept in secret storage`, missing: 'Write the seed.',
        fault: (text) =>
          /^SU[A-Z2-7]{56}$/.test(text.trim()) ? undefined : 'A user’s seed begins with SU and has 58 letters and digits.',
      })];
    case 'credentials-file':
      return [askKeyFile(
        `${before}The credentials file.`, 'credentials', () => draft.credentialsFile, (path) => { draft.credentialsFile = path; },
      )];
    case 'oauth':
      return oauthSteps(draft, before);
    case 'aws-msk-iam':
      return [
        askText(draft, 'region', {
          prompt: `${before}AWS region`, placeholder: 'eu-west-1', missing: 'Write the region, such as eu-west-1.',
          propose: () => regionIn(draft.url),
        }),
        askText(draft, 'profile', {
          prompt: 'AWS profile; empty for what the environment of VS Code gives', placeholder: 'default', optional: true,
        }),
      ];
  }
}

function oauthSteps(draft: Draft, before: string): readonly Step[] {
  return [
    askText(draft, 'tokenEndpoint', {
      prompt: `${before}Where are tokens given?`, placeholder: 'https://login.example.com/oauth2/token', missing: 'Write the token endpoint.',
      fault: endpointFault,
    }),
    askText(draft, 'clientId', { prompt: 'Client id', missing: 'Write the client id.' }),
    askText(draft, 'clientSecret', { prompt: 'Client secret; kept in secret storage', optional: true }),
    askText(draft, 'scope', { prompt: 'Scope; empty for none', optional: true }),
  ];
}
