import * as vscode from 'vscode';

const CONTENT = new vscode.SnippetString(`flow: 1
brokers:
  \${1:events}:
    protocol: \${2|kafka,rabbitmq,mqtt,nats|}
    url: \${3:localhost:9092}
    environment: development
channels:
  \${4:orders.placed}:
    broker: \${1:events}
services:
  \${5:checkout}:
    publishes:
      \${4:orders.placed}: {}
  \${6:billing}:
    consumes:
      \${4:orders.placed}: {}
$0`);

/** Opens an unsaved flow file with the skeleton of one broker, channel and two services. */
export async function newFlowFile(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'tailrace-flow' });
  const editor = await vscode.window.showTextDocument(document);
  await editor.insertSnippet(CONTENT);
}
