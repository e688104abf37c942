import { brokerId } from '../graph/build';
import { graphDot } from '../graph/dot';
import { graphJson } from '../graph/json';
import { layoutGraph } from '../graph/layout';
import { graphMermaid } from '../graph/mermaid';
import { elementAt } from '../graph/problems';
import { graphSvg } from '../graph/svg';
import type { Ide } from '../ide/context';
import { changeEdits } from '../ide/guarantee/changeEdits';
import {
  brokerCredentialsRequest,
  brokersRequest,
  elementAtRequest,
  exportRequest,
  flowEditsRequest,
  flowRequest,
  graphRequest,
  guaranteesRequest,
  reportRequest,
  tailInfoRequest,
  treeRequest,
  type BrokerInfo,
  type ElementAtParams,
  type ExportParams,
  type FlowParams,
  type GraphAnswer,
  type ReportParams,
  type TailInfo,
  type TreeBroker,
} from '../protocol/lsp';
import { figuresRequest, figureTargetsRequest, type FiguresAnswer, type FiguresParams, type FigureTargets } from '../protocol/figures';
import type { FlowEdits, FlowSummary, FlowView } from '../protocol/guarantee';
import { seal, type Sealed } from '../protocol/sealed';
import { pathOfUri } from '../workspace/uri';
import { nextTurn } from './slices';
import { explained } from './explained';
import { figures, figureTargets } from './figures';
import { flowSummaries } from './flowData';
import { graphData } from './graphData';
import { guaranteesIn } from './guarantees';
import { guard } from './guard';
import type { Session } from './session';
import { reportMarkdown } from './report';
import { tailInfo } from './tailInfo';
import { brokerCredentials, brokerInfo, tree } from './tree';

/** The requests of `protocol/lsp.ts`, for Tailrace's own views. */
export function listenToRequests(session: Session): void {
  const { connection, convert, workspace } = session;
  const place = convert.place.bind(convert);

  connection.onRequest(
    graphRequest,
    guard(session, graphRequest, async (): Promise<GraphAnswer> => {
      const { graph, model } = await session.snapshot();
      return graphData(graph, guaranteesIn(workspace, model), place);
    }),
  );

  connection.onRequest(
    guaranteesRequest,
    guard(session, guaranteesRequest, (): FlowSummary[] => flowSummaries(session.ide().guarantees())),
  );

  connection.onRequest<FlowView | null, void>(
    flowRequest,
    guard(session, flowRequest, ({ id, changes }: FlowParams): FlowView | null =>
      explained(session.ide(), id, changes, place) ?? null),
  );

  connection.onRequest<FlowEdits | null, void>(
    flowEditsRequest,
    guard(session, flowEditsRequest, ({ id, changes }: FlowParams): FlowEdits | null => {
      const found = changeEdits(session.ide(), id, changes);
      if (found === undefined) return null;
      return { ...found, edits: found.edits.map(({ at, newText }) => ({ at: place(at), newText })) };
    }),
  );

  connection.onRequest(
    reportRequest,
    guard(session, reportRequest, async ({ folder }: ReportParams): Promise<string> => {
      const snapshot = await session.snapshot();
      return reportMarkdown(snapshot, {
        guarantees: guaranteesIn(workspace, snapshot.model), place, folders: workspace.folders, from: pathOfUri(folder),
        exists: (path) => workspace.isThere(path), isOff: (rule, path) => workspace.isOff(rule, path),
      });
    }),
  );

  connection.onRequest(
    treeRequest,
    guard(session, treeRequest, async (): Promise<TreeBroker[]> => {
      const { model, graph } = await session.snapshot();
      // Of thousands of channels each half takes long enough.
      await nextTurn();
      return tree(model, graph, place, guaranteesIn(workspace, model));
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
    figureTargetsRequest,
    guard(session, figureTargetsRequest, (): FigureTargets[] => {
      const ide = session.ide();
      return figureTargets(ide.model, (broker) => brokerInfo(broker, place, (file) => ide.file(file)?.file.text ?? ''));
    }),
  );

  connection.onRequest<FiguresAnswer, void>(
    figuresRequest,
    guard(session, figuresRequest, (params: FiguresParams): FiguresAnswer => figures(session.ide().model, params, place)),
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
    guard(session, exportRequest, async ({ format, figures: live }: ExportParams) => {
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
          return graphSvg(graph, await layoutGraph(graph, createElk()), { figures: live });
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
export function relative(folders: readonly string[], uri: string): string {
  const path = pathOfUri(uri);
  const root = folders.find((folder) => path.startsWith(`${folder}/`));
  return root === undefined ? path : path.slice(root.length + 1);
}
