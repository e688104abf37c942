import * as vscode from 'vscode';
import type { RegistryProblem } from '../protocol/registry';
import { askAsUser } from './askRegistry';
import { rangeOf, severities } from './places';
import { registryKey, type Registries } from './registries';
import { askRegistry, type TypedRegistry } from './registryWizard';
import { summary } from './registryWords';
import type { Server } from './server';
import { surroundings } from './surroundings';

interface Chosen extends TypedRegistry {
  /** The element id of the broker whose file says the address. */
  readonly broker?: string;
}

/** What a registry says of the contracts: asked by a command, shown at the contracts until the next time. */
export class RegistryComparison implements vscode.Disposable {
  private readonly shown = vscode.languages.createDiagnosticCollection('tailrace-registry');

  constructor(
    private readonly server: Server,
    private readonly registries: Registries,
  ) {}

  /** Asks which registry, and compares. Reads only; in a workspace that is not trusted no registry is spoken to. */
  async compare(): Promise<void> {
    if (!surroundings().isTrusted) {
      const manage = 'Manage Workspace Trust';
      const answer = await vscode.window.showWarningMessage(
        'This workspace is not trusted, so its contracts are sent to no schema registry. Trust the workspace first.', manage,
      );
      if (answer === manage) await vscode.commands.executeCommand('workbench.trust.manage');
      return;
    }
    const chosen = await this.choose();
    if (chosen === undefined) return;
    const { address, broker, signIn: typed } = chosen;
    const answer = await askAsUser(
      this.registries, address, `Comparing contracts with ${address}`,
      (signIn, token) => this.server.compareRegistry(address, { broker, signIn }, token), typed,
    );
    if (answer === undefined) return;
    if (answer.is !== 'compared') {
      void vscode.window.showErrorMessage(answer.reason);
      return;
    }
    this.show(answer.problems, answer.address);
    const text = summary(answer);
    if (answer.problems.length === 0) {
      void vscode.window.showInformationMessage(text);
      return;
    }
    const open = 'Show Problems';
    // Nothing waits for the answer, which may never come.
    void vscode.window.showWarningMessage(text, open).then((wanted) => {
      if (wanted === open) void vscode.commands.executeCommand('workbench.actions.view.problems');
    });
  }

  clear(): void {
    this.shown.clear();
  }

  dispose(): void {
    this.shown.dispose();
  }

  private async choose(): Promise<Chosen | undefined> {
    const named = new Map<string, { readonly address: string; readonly broker: string; readonly names: string[] }>();
    for (const { id, name, registry } of await this.server.brokers()) {
      if (registry === undefined) continue;
      const known = named.get(registry);
      if (known) known.names.push(name);
      else named.set(registry, { address: registry, broker: id, names: [name] });
    }
    const declared = new Set([...named.keys()].filter((one) => URL.canParse(one)).map(registryKey));
    const items: (vscode.QuickPickItem & { readonly chosen?: Chosen })[] = [
      ...[...named.values()].map(({ address, broker, names }) => ({
        label: address, description: `registry of ${names.join(', ')}`, chosen: { address, broker },
      })),
      ...this.registries.all().filter(({ address }) => !declared.has(address)).map(({ address, user }) => ({
        label: address, description: user === undefined ? 'signed in with a token' : `signed in as ${user}`, chosen: { address },
      })),
    ];
    if (items.length === 0) return askRegistry();
    const pick = await vscode.window.showQuickPick([...items, { label: 'Another address…' }], {
      title: 'Compare with Schema Registry', placeHolder: 'Which registry? Nothing is changed there.',
      matchOnDescription: true, ignoreFocusOut: true,
    });
    return pick && (pick.chosen ?? askRegistry());
  }

  private show(problems: readonly RegistryProblem[], address: string): void {
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const problem of problems) {
      const of = byFile.get(problem.at.uri) ?? [];
      byFile.set(problem.at.uri, [...of, diagnostic(problem, address)]);
    }
    this.shown.clear();
    this.shown.set([...byFile].map(([uri, of]) => [vscode.Uri.parse(uri, true), of]));
  }
}

function diagnostic({ at, severity, check, message, related }: RegistryProblem, address: string): vscode.Diagnostic {
  const made = new vscode.Diagnostic(rangeOf(at), message, severities[severity]);
  made.source = `tailrace, ${address}`;
  made.code = check;
  made.relatedInformation = related.map((one) =>
    new vscode.DiagnosticRelatedInformation(new vscode.Location(vscode.Uri.parse(one.at.uri, true), rangeOf(one.at)), one.message));
  return made;
}
