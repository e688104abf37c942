import type { CheckStep, ConnectionCheck } from '../protocol/connectionCheck';
import type { RegistryCheck } from '../protocol/connections';

/** What is to be seen of a way at all times: `staging · read-only`. */
export function wayWords(way: { readonly environment?: string; readonly mayWrite: boolean; readonly unverified?: boolean }): string {
  return [
    way.environment ?? 'no environment',
    way.mayWrite ? 'writable' : 'read-only',
    ...(way.unverified ? ['any certificate'] : []),
  ].join(' · ');
}

const STEP_WORDS: Readonly<Record<CheckStep, string>> = {
  name: 'name', port: 'port', tls: 'TLS', protocol: 'protocol', 'sign-in': 'sign-in', rights: 'rights',
};

const SIGNS = { passed: '✓', failed: '✗', 'not-reached': '–' } as const;

/** `✓ name ✓ port ✗ TLS – sign-in`, without the steps that this connection has not. */
export function stepWords({ steps }: ConnectionCheck): string {
  return steps
    .flatMap(({ step, state }) => (state === 'unused' ? [] : [`${SIGNS[state]} ${STEP_WORDS[step]}`]))
    .join(' ');
}

/** The outcome of a test in a few sentences. */
export function checkWords(label: string, check: ConnectionCheck, registry?: RegistryCheck): string {
  if (check.about === undefined) return `${label} cannot be used: ${check.reason ?? 'it does not answer.'} (${stepWords(check)})`;
  const seen = check.channels === undefined ? '' : ` It shows ${counted(check.channels, 'channel')}.`;
  const refused = check.reason === undefined ? '' : ` But not all can be seen: ${check.reason}`;
  const management = check.management === undefined ? ''
    : check.management ? ' Its management API answers.' : ' Its management API does not answer, so that bindings and depths are unknown.';
  return `${label} answers: ${sentence(check.about)}${seen}${refused}${management}${registryWords(registry)} (${stepWords(check)})`;
}

function registryWords(registry: RegistryCheck | undefined): string {
  if (registry === undefined) return '';
  if (registry.is === 'answers') return ` Its schema registry answers (${counted(registry.subjects, 'subject')}).`;
  return ` Its schema registry ${registry.is === 'refused' ? 'refuses' : 'does not answer'}: ${sentence(registry.reason)}`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function counted(count: number, word: string): string {
  return count === 0 ? `no ${word}s` : `${count} ${word}${count === 1 ? '' : 's'}`;
}
