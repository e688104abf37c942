import * as vscode from 'vscode';
import { keyFileFault } from './keyFiles';
import type { KeyFileKind } from './keyFiles';
import { ask } from './multiStep';
import type { Step } from './multiStep';

const FILTERS: Readonly<Record<KeyFileKind, Readonly<Record<string, string[]>>>> = {
  certificate: { Certificates: ['pem', 'crt', 'cer', 'cert'], 'All files': ['*'] },
  key: { Keys: ['pem', 'key'], 'All files': ['*'] },
  credentials: { 'NATS credentials': ['creds'], 'All files': ['*'] },
};

/** Asks for a file by its path or by choosing it; it is looked at, and never copied. */
export function askKeyFile(
  prompt: string, kind: KeyFileKind, value: () => string, take: (path: string) => void,
): Step {
  return ask({
    prompt: `${prompt} It is read where it is, each time.`,
    placeholder: kind === 'credentials' ? '~/nats/user.creds' : `~/certificates/${kind === 'key' ? 'client.key' : 'ca.pem'}`,
    value,
    fault: (path) => keyFileFault(path, kind),
    take: (path) => take(path.trim()),
    browse: async () => {
      const [file] = (await vscode.window.showOpenDialog({ title: prompt, filters: { ...FILTERS[kind] } })) ?? [];
      return file?.fsPath;
    },
  });
}
