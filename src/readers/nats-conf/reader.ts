import type { Problem } from '../../text/problem';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { Reader, ReadResult } from '../../model/reader';
import { parseNatsConf } from '../../syntax/natsConf';
import { isMap } from '../../syntax/tree';
import { readBroker } from './broker';
import { Conf } from './conf';
import { dialect } from './dialect';
import { readImports } from './imports';
import { isNatsConf } from './recognize';
import { readUrlLogins } from './urls';
import { readUsers } from './users';

/** The NATS server's own configuration (nats-server -c): how it is reached, who may do what, accounts. */
export const natsConf: Reader = { dialect, recognizes: isNatsConf, read: readConf };

function readConf(file: SourceFile): ReadResult {
  const c = new Conf(file, parseNatsConf(file.text));
  const problems: Problem[] = c.tree.problems.map((p) => ({
    code: p.code, severity: p.code === 'syntax/duplicate-key' ? 'warning' : 'error', message: p.message,
    at: rangeIn(file, p.start, p.end),
  }));
  const entries = isMap(c.root) ? c.root.entries : [];
  // A file with users alone is a part that others include; what it belongs to is not said in it.
  if (entries.length > 0 && c.entry(c.root, 'users') === undefined) readBroker(c);
  readUsers(c);
  readUrlLogins(c);
  readImports(c);
  return { facts: c.facts, problems, skipped: c.skipped };
}
