import * as vscode from 'vscode';

/** Opens the page of the rule whose problem is under the cursor, else of the one the user picks. */
export async function openRuleDocs(extensionUri: vscode.Uri, rule?: string): Promise<void> {
  const folder = vscode.Uri.joinPath(extensionUri, 'docs', 'rules');
  const name = rule ?? ruleAtCursor() ?? (await pickRule(folder));
  if (name === undefined) return;
  const page = vscode.Uri.joinPath(folder, ...`${name}.md`.split('/'));
  try {
    await vscode.workspace.fs.stat(page);
  } catch {
    void vscode.window.showInformationMessage(
      `There is no page on ${name}: it is not a rule but a check of the file's form.`,
    );
    return;
  }
  await vscode.commands.executeCommand('markdown.showPreview', page);
}

function ruleAtCursor(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const here = vscode.languages
    .getDiagnostics(editor.document.uri)
    .find(
      (diagnostic) => diagnostic.source === 'tailrace' && diagnostic.range.contains(editor.selection.active),
    );
  const code = here?.code;
  const value = typeof code === 'object' ? code.value : code;
  return value === undefined ? undefined : String(value);
}

async function pickRule(folder: vscode.Uri): Promise<string | undefined> {
  const names: string[] = [];
  for (const [group, type] of await entries(folder)) {
    if (type !== vscode.FileType.Directory) continue;
    for (const [file] of await entries(vscode.Uri.joinPath(folder, group)))
      names.push(`${group}/${file.replace(/\.md$/, '')}`);
  }
  return vscode.window.showQuickPick(names.sort(), { title: 'Documentation of Rule', ignoreFocusOut: true });
}

async function entries(folder: vscode.Uri): Promise<readonly [string, vscode.FileType][]> {
  try {
    return await vscode.workspace.fs.readDirectory(folder);
  } catch {
    return [];
  }
}
