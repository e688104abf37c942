import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { nodeFiles } from '../workspace/nodeFiles';
import { startServer } from './serve';

/** Serves on standard input and output, for any editor; ends when the input does. */
export function startStdioServer(): void {
  startServer(createConnection(ProposedFeatures.all, process.stdin, process.stdout), nodeFiles);
}

/** Serves as the command line says: `--stdio`, or the IPC channel that VS Code opens. */
export function startByArguments(argv: readonly string[]): void {
  if (argv.includes('--stdio')) startStdioServer();
  else startServer(createConnection(ProposedFeatures.all), nodeFiles);
}
