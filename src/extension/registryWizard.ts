import type { RegistrySignIn } from '../protocol/registry';
import { answered, ask, choose } from './multiStep';
import type { Step } from './multiStep';
import { isReadable, registryFault } from './registryWords';

interface Draft {
  address: string;
  kind: 'none' | 'password' | 'token';
  user: string;
  secret: string;
}

/** What the user told of a registry; without `signIn` it is asked as what is known of the address. */
export interface TypedRegistry {
  readonly address: string;
  readonly signIn?: RegistrySignIn;
}

/** Asks for an address and how to sign in; undefined when given up. */
export async function askRegistry(): Promise<TypedRegistry | undefined> {
  const draft: Draft = { address: '', kind: 'none', user: '', secret: '' };
  const isDone = await answered('Compare with Schema Registry', () => [
    ask({
      prompt: 'Where is the registry? Nothing is changed there.',
      placeholder: 'https://registry.example.com, http://localhost:8081, http://localhost:8080/apis/ccompat/v7',
      value: () => draft.address,
      fault: registryFault,
      take: (text) => {
        draft.address = text.trim();
      },
    }),
    kindStep('How do you sign in?', draft, [{ label: 'Without, or as before', value: 'none' }]),
    ...secretSteps(draft),
  ]);
  if (!isDone) return undefined;
  const signIn = signInOf(draft);
  return { address: draft.address, ...(signIn && { signIn }) };
}

/** What a registry that refused us is to be told; undefined when given up. */
export async function askRegistrySignIn(address: string, reason: string): Promise<RegistrySignIn | undefined> {
  const draft: Draft = { address, kind: 'password', user: '', secret: '' };
  const isDone = await answered(`Sign in to ${address}`, () => [kindStep(`${reason} How do you sign in?`, draft, []), ...secretSteps(draft)]);
  return isDone ? signInOf(draft) : undefined;
}

function kindStep(question: string, draft: Draft, without: readonly { readonly label: string; readonly value: 'none' }[]): Step {
  return choose<Draft['kind']>(
    question,
    [
      ...without,
      { label: 'User and password', description: 'or an API key and its secret', value: 'password' },
      { label: 'Bearer token', value: 'token' },
    ],
    () => draft.kind,
    (value) => {
      draft.kind = value;
    },
  );
}

/** The steps that the answers so far call for. */
function secretSteps(draft: Draft): readonly Step[] {
  if (draft.kind === 'none') return [];
  const warning = isReadable(draft.address) ? '; over http, everybody between here and the registry can read it' : '';
  const secret = ask({
    prompt: `${draft.kind === 'token' ? 'Bearer token' : `Password of ${draft.user}`}; kept in secret storage${warning}`,
    secret: true,
    value: () => draft.secret,
    fault: (text) => (text || draft.kind === 'password' ? undefined : 'Write the token.'),
    take: (text) => {
      draft.secret = text;
    },
  });
  if (draft.kind === 'token') return [secret];
  const user = ask({
    prompt: 'User',
    value: () => draft.user,
    fault: (text) => (text ? undefined : 'Write the user’s name.'),
    take: (text) => {
      draft.user = text;
    },
  });
  return [user, secret];
}

function signInOf({ kind, user, secret }: Draft): RegistrySignIn | undefined {
  if (kind === 'none') return undefined;
  return kind === 'token' ? { token: secret } : { user, password: secret };
}
