import type { Ide } from '../ide/context';
import {
  connectionSourcesRequest,
  sourceSecretsRequest,
  type ConnectionSource,
  type SourceSecrets,
} from '../protocol/connections';
import { seal, type Sealed } from '../protocol/sealed';
import { connectionSources, type FoundSource } from '../workspace/connectionSource';
import { guard } from './guard';
import { relative } from './requests';
import type { Session } from './session';

/** The requests of `protocol/connections.ts` about files. Secrets leave only sealed, and only when one is asked for. */
export function listenToConnectionRequests(session: Session): void {
  const { connection, convert, workspace } = session;

  connection.onRequest(
    connectionSourcesRequest,
    guard(session, connectionSourcesRequest, (): ConnectionSource[] => sources(session.ide()).map(({ fact, secret, ...open }) => {
      const at = convert.place(fact.name.at);
      return { ...open, at, file: relative(workspace.folders, at.uri), hasSecret: secret !== undefined };
    })),
  );

  connection.onRequest<Sealed | null, void>(
    sourceSecretsRequest,
    guard(session, sourceSecretsRequest, ({ id, key }: { id: string; key: string }): Sealed | null => {
      const secret = sources(session.ide()).find((one) => one.id === id)?.secret;
      const answer: SourceSecrets | undefined = secret === undefined ? undefined : { password: secret };
      return answer ? seal(JSON.stringify(answer), key) : null;
    }),
  );
}

function sources(ide: Ide): readonly FoundSource[] {
  return connectionSources(ide.model, { file: (id) => ide.file(id)?.file, environment: process.env });
}
