import { brokerId } from '../graph/build';
import { graphDot } from '../graph/dot';
import { graphJson } from '../graph/json';
import { layoutGraph } from '../graph/layout';
import { graphMermaid } from '../graph/mermaid';
import { elementAt } from '../graph/problems';
import { graphSvg } from '../graph/svg';
import type { Ide } from '../ide/context';
import {
  brokerCredentialsRequest,
  brokersRequest,
  elementAtRequest,
  exportRequest,
  graphRequest,
  tailInfoRequest,
  treeRequest,
  type BrokerInfo,
  type ElementAtParams,
  type GraphAnswer,
  type TailInfo,
  type TreeBroker,
} from '../protocol/lsp';
import { seal, type Sealed } from '../protocol/sealed';
import { pathOfUri } from '../workspace/uri';
import { nextTurn } from './slices';
import { graphData } from './graphData';
import { guard } from './guard';
import type { Session } from './session';
import { tailInfo } from './tailInfo';
import { brokerCredentials, brokerInfo, tree } from './tree';

/** The requests of `protocol/lsp.ts`, for Tailrace's own views. */
export function listenToRequests(session: Session): void {
  const { connection, convert, workspace } = session;
  const place = convert.place.bind(convert);

  connection.onRequest(
    graphRequest,
    guard(session, graphRequest, async (): Promise<GraphAnswer> => graphData((await session.snapshot()).graph, place)),
  );

  connection.onRequest(
    treeRequest,
    guard(session, treeRequest, async (): Promise<TreeBroker[]> => {
      const { model, graph } = await session.snapshot();
      // Of thousands of channels each half takes long enough.
      await nextTurn();
      return tree(model, graph, place);
    }),
  );

  connection.onRequest(
    brokersRequest,
    guard(session, brokersRequest, (): BrokerInfo[] => brokers(session.ide(), place)),
  );

  connection.onRequest<Sealed | null, void>(
    brokerCredentialsRequest,
    guard(session, brokerCredentialsRequest, ({ id, key }: { id: string; key: string }): Sealed | null => {
      const ide = session.ide();
      const broker = ide.model.brokers.find((one) => brokerId(one.id) === id);
      const found = broker && brokerCredentials(broker, (file) => ide.file(file)?.file.text ?? '');
      return found ? seal(JSON.stringify(found), key) : null;
    }),
  );

  connection.onRequest<TailInfo | undefined, void>(
    tailInfoRequest,
    guard(session, tailInfoRequest, ({ id }: { id: string }): TailInfo | undefined =>
      tailInfo(session.ide(), id, place, (path) => workspace.text(path)),
    ),
  );

  connection.onRequest(
    elementAtRequest,
    guard(session, elementAtRequest, (params: ElementAtParams): string | null => {
      const file = session.ide().file(session.id(params.uri))?.file;
      if (file === undefined) return null;
      const offset = convert.offset(file, params);
      return elementAt(workspace.snapshot.graph, { file: file.id, start: offset, end: offset }) ?? null;
    }),
  );

  connection.onRequest(
    exportRequest,
    guard(session, exportRequest, async ({ format }: { format: string }) => {
      const { graph } = await session.snapshot();
      switch (format) {
        case 'json':
          return graphJson(graph, (at) => {
            const { uri, start, end } = place(at);
            const from1 = (p: typeof start): { line: number; column: number } => ({
              line: p.line + 1,
              column: p.character + 1,
            });
            return {
              file: relative(workspace.folders, uri),
              range: { start: from1(start), end: from1(end) },
            };
          });
        case 'dot':
          return graphDot(graph);
        case 'mermaid':
          return graphMermaid(graph);
        case 'svg': {
          // The layout engine weighs 1.5 MB; most sessions never write a drawing.
          const { createElk } = await import('../workspace/elk');
          return graphSvg(graph, await layoutGraph(graph, createElk()));
        }
        default:
          throw new Error(`There is no format "${format}"; there are svg, json, mermaid and dot.`);
      }
    }),
  );
}

function brokers(ide: Ide, place: Parameters<typeof brokerInfo>[1]): BrokerInfo[] {
  return ide.model.brokers.map((broker) =>
    brokerInfo(broker, place, (file) => ide.file(file)?.file.text ?? ''),
  );
}

/** A file as a drawing names it: from the folder that holds it. */
function relative(folders: readonly string[], uri: string): string {
  const path = pathOfUri(uri);
  const root = folders.find((folder) => path.startsWith(`${folder}/`));
  return root === undefined ? path : path.slice(root.length + 1);
}
