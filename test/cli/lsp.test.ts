import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { root } from './support';

describe('tailrace lsp --stdio', () => {
  it('serves any editor from the bundled command line', async () => {
    const server = spawn(process.execPath, [join(root, 'dist/cli.js'), 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const exited = new Promise<number | null>((resolve) => server.once('exit', resolve));
    const connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
    const published = new Promise<{ uri: string; diagnostics: { code: string }[] }>((resolve) => {
      connection.onNotification('textDocument/publishDiagnostics', (params: { uri: string; diagnostics: { code: string }[] }) => {
        if (params.diagnostics.length > 0) resolve(params);
      });
    });
    connection.listen();
    try {
      const { capabilities } = await connection.sendRequest<{ capabilities: object }>('initialize', {
        processId: process.pid, rootUri: null, capabilities: {}, workspaceFolders: null,
      });
      assert.ok('completionProvider' in capabilities && 'hoverProvider' in capabilities);
      await connection.sendNotification('initialized', {});
      const uri = 'file:///shop/shop.flow.yaml';
      await connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'tailrace-flow', version: 1, text: 'flow: 1\nchanels:\n  orders: {}\n' },
      });
      const { uri: about, diagnostics } = await published;
      assert.equal(about, uri);
      assert.deepEqual(diagnostics.map((d) => d.code), ['flow/unknown-key']);
      await connection.sendRequest('shutdown');
      await connection.sendNotification('exit');
      assert.equal(await exited, 0);
    } finally {
      connection.dispose();
      server.kill();
    }
  });
});
