import * as vscode from 'vscode';
import type { RegistrySignIn } from '../protocol/registry';
import type { Registries } from './registries';
import { askRegistrySignIn } from './registryWizard';

/** One question to a registry, as whom it is asked; who is refused may ask again. */
type Question<A> = (signIn: RegistrySignIn | undefined, token: vscode.CancellationToken) => Promise<A>;

/**
 * Asks a registry as whom the user says or is known there; who is refused is asked, and who is let in is known from then on.
 * @param title of the progress, which can be cancelled.
 * @returns undefined when given up.
 */
export async function askAsUser<A extends { readonly is: string; readonly reason?: string }>(
  registries: Registries, address: string, title: string, question: Question<A>, typed?: RegistrySignIn,
): Promise<A | undefined> {
  let signIn = typed;
  const known = URL.canParse(address) ? await registries.signIn(address) : undefined;
  for (;;) {
    const answer = await withProgress(title, (token) => question(signIn ?? known, token));
    if (answer === undefined) return undefined;
    if (answer.is !== 'refused') {
      if (answer.is !== 'failed' && signIn) await registries.put(address, signIn);
      return answer;
    }
    signIn = await askRegistrySignIn(address, answer.reason ?? '');
    if (signIn === undefined) return undefined;
  }
}

async function withProgress<A>(title: string, ask: (token: vscode.CancellationToken) => Promise<A>): Promise<A | undefined> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (_, token) => {
    try {
      return await ask(token);
    } catch (error) {
      if (token.isCancellationRequested) return undefined;
      throw error;
    }
  });
}
