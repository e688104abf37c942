import { wantedTargets } from '../drift/channels';
import { compareBroker, compareRows } from '../drift/compare';
import { configured } from '../drift/configured';
import { isCopyAt } from '../drift/copy';
import { importName } from '../drift/importName';
import { importText } from '../drift/importText';
import { brokerId } from '../graph/build';
import { ruleDocsUrl } from '../lint/ruleDocsUrl';
import type { Broker, FlowModel } from '../model/model';
import {
  compareBrokerRequest,
  importBrokerRequest,
  wantedRequest,
  type CompareBrokerAnswer,
  type CompareBrokerParams,
  type ImportAnswer,
  type ImportBrokerParams,
  type WantedAnswer,
} from '../protocol/drift';
import { compareProblems } from '../text/problem';
import type { BrokerRegistries } from './brokerRegistry';
import { guard } from './guard';
import type { Session } from './session';

/** What was on a broker when it was asked. */
interface Kept {
  readonly asked: number;
  readonly inventory: ImportBrokerParams['inventory'];
}

/** The requests of `protocol/drift.ts`. Inventories come from the client, whose live worker has asked the broker. */
export function listenToDriftRequests(session: Session, registries: BrokerRegistries): void {
  const { connection } = session;

  connection.onRequest<WantedAnswer, void>(
    wantedRequest,
    guard(session, wantedRequest, async ({ broker }: { broker: string }): Promise<WantedAnswer> => {
      const { model } = await session.snapshot();
      const found = brokerOf(model, broker);
      return found === undefined ? [] : wantedTargets(found);
    }),
  );

  const kept = new Map<string, Kept>();
  connection.onRequest<CompareBrokerAnswer, void>(
    compareBrokerRequest,
    guard(session, compareBrokerRequest, async ({ broker, asked, inventory, url }: CompareBrokerParams): Promise<CompareBrokerAnswer> => {
      if (inventory !== undefined) kept.set(broker, { asked, inventory });
      const found = kept.get(broker);
      return found?.asked === asked ? compare(session, registries, broker, found, url) : { is: 'forgotten' };
    }),
  );

  connection.onRequest<ImportAnswer, void>(
    importBrokerRequest,
    guard(session, importBrokerRequest, ({ protocol, inventory, url, tls, environment, name = importName(url, protocol) }: ImportBrokerParams): ImportAnswer =>
      ({ name, text: importText(protocol, inventory, {
        name, url, ...(tls === true && protocol === 'kafka' && { tls }), ...(environment !== undefined && { environment }),
      }) })),
  );
}

function brokerOf(model: FlowModel, id: string): Broker | undefined {
  return model.brokers.find((one) => brokerId(one.id) === id && one.protocol !== undefined);
}

async function compare(
  session: Session, registries: BrokerRegistries, id: string, { inventory, asked }: Kept, url: string,
): Promise<CompareBrokerAnswer> {
  const { model, file } = await session.snapshot();
  const broker = brokerOf(model, id);
  if (broker === undefined) return { is: 'gone' };
  const { about, notes, problems, rows, broker: name } = compareBroker(model, broker, inventory, {
    isCopy: isCopyAt(broker, url),
    fileOf: (at) => {
      const found = file(at.file)?.file;
      return found && { ...found, dialect: model.files.get(at.file)?.dialect ?? '' };
    },
  });
  const registry = await registries.compare(session, id, broker, asked);
  const place = session.convert.place.bind(session.convert);
  const told = configured([...problems, ...registry.problems].sort(compareProblems), model, {
    configOf: (path) => session.workspace.lintConfig(path), text: (of) => file(of)?.file.text,
  });
  return {
    is: 'compared', broker: name, about, notes: [...notes, ...registry.notes],
    problems: told.map(({ at, severity, code, message, fixes = [] }) => ({
      at: place(at), severity, code, docs: ruleDocsUrl(code), message,
      fixes: fixes.map(({ title, safe, edits }) => ({ title, safe, edits: edits.map((edit) => ({ at: place(edit.at), newText: edit.newText })) })),
    })),
    rows: [...rows, ...registry.rows].sort(compareRows).map(({ subject, what, declared, real, at, severity }) => ({
      subject, what, ...(declared !== undefined && { declared }), ...(real !== undefined && { real }),
      ...(at && { at: place(at) }), ...(severity && { severity }),
    })),
  };
}
