import {
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  WatchKind,
  type Connection,
  type InitializeParams,
} from 'vscode-languageserver/node';
import { candidateGlobs } from '../protocol/files';
import { trustedNotification } from '../protocol/lsp';
import { configName, isCandidate, type FileAccess } from '../workspace/files';
import { pathOfUri } from '../workspace/uri';
import { BaselineKeeper } from './baseline';
import { capabilities } from './capabilities';
import { DiagnosticsPublisher } from './diagnostics';
import { BrokerRegistries } from './brokerRegistry';
import { listenToDriftRequests } from './drift';
import { listenToFeatures } from './features';
import { listenToConnectionRequests } from './connectionSources';
import { listenToRegistryRequests } from './registry';
import { listenToRequests } from './requests';
import { Scanner } from './scanner';
import { Session } from './session';
import { settingsOf, showsOf } from './settings';
import { ViewRefresher } from './viewRefresher';

/** How long the client may take to say its settings before work begins without them, in ms. */
const settingsPatience = 2000;

/** Serves one client until it goes. Does not listen before all handlers are there. */
export function startServer(connection: Connection, files: FileAccess): void {
  const session = new Session(connection, files);
  const { workspace, documents } = session;
  const publisher = new DiagnosticsPublisher(session, () => views.refresh());
  const views = new ViewRefresher(session);
  const baselines = new BaselineKeeper(session, () => publisher.schedule());
  const scanner = new Scanner(session, () => {
    publisher.schedule();
    baselines.refreshSoon();
  });
  let client: InitializeParams['capabilities'] = {};

  connection.onInitialize((params) => {
    client = params.capabilities;
    views.refreshesLenses = client.workspace?.codeLens?.refreshSupport ?? false;
    views.refreshesInlays = client.workspace?.inlayHint?.refreshSupport ?? false;
    session.canCreateFiles = client.workspace?.workspaceEdit?.resourceOperations?.includes('create') ?? false;
    const root = params.rootUri ? [params.rootUri] : [];
    const folders = params.workspaceFolders?.map((folder) => folder.uri) ?? root;
    workspace.setFolders(folders.map(pathOfUri));
    const { settings, followsCommands, isTrusted } = (params.initializationOptions ?? {}) as {
      readonly settings?: unknown;
      readonly followsCommands?: boolean;
      readonly isTrusted?: boolean;
    };
    baselines.isAllowed = isTrusted === true;
    session.followsCommands = followsCommands === true;
    configure(settings);
    return { capabilities, serverInfo: { name: 'tailrace' } };
  });

  connection.onInitialized(async () => {
    const failed = (error: unknown): void =>
      session.log(`registering with the client failed: ${String(error)}`);
    void registerInterest().catch(failed);
    // A client that never answers must not keep every request waiting.
    const patience = new Promise((resolve) => setTimeout(resolve, settingsPatience).unref());
    await Promise.race([pullSettings().catch(failed), patience]);
    await scanner.scan();
    session.isReady = true;
    session.setReady();
  });

  /** Asks to be told of configuration, folders and files, as far as the client can. */
  async function registerInterest(): Promise<void> {
    if (client.workspace?.didChangeConfiguration?.dynamicRegistration) {
      await connection.client.register(DidChangeConfigurationNotification.type, { section: 'tailrace' });
    }
    if (client.workspace?.workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map((folder) => pathOfUri(folder.uri)));
        const kept = workspace.folders.filter((folder) => !gone.has(folder));
        workspace.setFolders([...kept, ...added.map((folder) => pathOfUri(folder.uri))]);
        void scanner.scan();
      });
    }
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration) {
      await connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: [
          ...[...candidateGlobs, '**/.gitignore'].map((globPattern) => ({ globPattern })),
          // Of a deleted folder only its own name is told.
          { globPattern: '**/*', kind: WatchKind.Delete },
        ],
      });
    }
  }

  async function pullSettings(): Promise<void> {
    if (!client.workspace?.configuration) return;
    configure(await connection.workspace.getConfiguration('tailrace'));
    publisher.schedule();
    baselines.refreshSoon();
  }

  function configure(section: unknown): void {
    const before = session.shows;
    session.shows = showsOf(section);
    workspace.configure(settingsOf(section));
    // Nothing that is said of the files changes by them.
    if (JSON.stringify(before) !== JSON.stringify(session.shows) && session.isReady) views.refresh();
  }

  connection.onDidChangeConfiguration(async ({ settings }) => {
    if (client.workspace?.configuration) return pullSettings();
    configure((settings as { tailrace?: unknown } | null)?.tailrace);
    publisher.schedule();
  });

  documents.onDidChangeContent(({ document }) => {
    session.update(document);
    publisher.schedule();
  });
  documents.onDidClose(({ document }) => {
    session.close(document);
    publisher.schedule();
  });
  documents.onDidSave(() => scanner.scanSoon());

  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri, type } of changes) {
      const path = pathOfUri(uri);
      if (type === FileChangeType.Deleted && !isCandidate(path)) workspace.touchFolder(path);
      if (path.endsWith('/.gitignore') || path.endsWith(`/${configName}`)) scanner.scanSoon(true);
      workspace.touch(path);
    }
    publisher.schedule();
    scanner.scanSoon();
  });

  connection.onNotification(trustedNotification, () => {
    baselines.isAllowed = true;
    baselines.refreshSoon();
  });

  listenToFeatures(session);
  listenToRequests(session);
  const registries = new BrokerRegistries();
  listenToRegistryRequests(session, registries);
  listenToConnectionRequests(session);
  listenToDriftRequests(session, registries);
  connection.onShutdown(() => {
    publisher.dispose();
    views.dispose();
    scanner.dispose();
    baselines.dispose();
  });
  documents.listen(connection);
  connection.listen();
}
