import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { connectRpc } from '../protocol/rpc';
import type { FunctionMap, RpcPeer } from '../protocol/rpc';
import { logFailure } from './log';

/** Which bundle of `dist/webview` a panel shows. */
export type WebviewName = 'graph' | 'tail' | 'publish' | 'redrive' | 'drift';

/** What a panel's page loads, in order. */
const SCRIPTS: Readonly<Record<WebviewName, readonly string[]>> = {
  graph: ['elk-worker.js', 'graph.js'],
  tail: ['tail.js'],
  publish: ['publish.js'],
  redrive: ['redrive.js'],
  drift: ['drift.js'],
};

export function webviewOptions(extensionUri: vscode.Uri): vscode.WebviewOptions & vscode.WebviewPanelOptions {
  return {
    enableScripts: true,
    enableForms: false,
    localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist', 'webview')],
    enableFindWidget: false,
  };
}

/** Fills the webview with its page and connects the two sides. The page calls `ready` when it can answer. */
export function connectWebview<Theirs extends FunctionMap>(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  name: WebviewName,
  title: string,
  mine: FunctionMap,
): RpcPeer<Theirs> {
  const peer = connectRpc<Theirs>(
    {
      // A webview that is hidden or gone takes no messages; it asks for all again with `ready`.
      post: (message) => void webview.postMessage(message),
      listen: (listener) => {
        const subscription = webview.onDidReceiveMessage(listener);
        return () => subscription.dispose();
      },
    },
    mine,
    (method, error) => logFailure(`${name} panel, ${method}`, error),
  );
  webview.html = page(webview, extensionUri, name, title);
  return peer;
}

function page(webview: vscode.Webview, extensionUri: vscode.Uri, name: WebviewName, title: string): string {
  const nonce = randomBytes(16).toString('base64');
  const resource = (file: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', 'webview', file)).toString();
  const csp = [
    "default-src 'none'",
    `style-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
    'worker-src blob:',
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${resource(`${name}.css`)}">
<title>${escapeHtml(title)}</title>
</head>
<body>
${SCRIPTS[name].map((file) => `<script nonce="${nonce}" src="${resource(file)}"></script>`).join('\n')}
</body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
