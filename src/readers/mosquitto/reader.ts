import type { Problem } from '../../text/problem';
import { rangeIn, type SourceFile } from '../../text/sourceFile';
import type { Reader, ReadResult } from '../../model/reader';
import { parseMosquittoConf } from '../../syntax/mosquittoConf';
import { readAcl } from './acl';
import { readBridge } from './bridges';
import { readBroker } from './broker';
import { Context } from './context';
import { dialect } from './dialect';
import { isAcl, isMosquittoConf } from './recognize';
import { sectionsOf } from './sections';

/** mosquitto.conf with its listeners and bridges, and mosquitto's access lists. */
export const mosquitto: Reader = {
  dialect, recognizes: (file) => isAcl(file) || isMosquittoConf(file), read: readConf,
};

function readConf(file: SourceFile): ReadResult {
  const tree = parseMosquittoConf(file.text);
  const problems: Problem[] = tree.problems.map((p) => ({
    code: p.code, severity: 'error', message: p.message, at: rangeIn(file, p.start, p.end),
  }));
  const c = new Context(file);
  if (isAcl(file)) {
    readAcl(c, tree.lines);
    // Trailing and leading blanks are no fault in an access list, where the broker cuts lines itself.
    return { facts: c.facts, problems: [], skipped: c.skipped };
  }
  // Lines of a template language stand between those of the broker.
  const lines = tree.lines.filter((line) => !/^(\{\{|\{%|<%)/.test(line.key.text));
  const sections = sectionsOf(lines);
  const local = readBroker(c, sections, lines);
  for (const bridge of sections.bridges) readBridge(c, bridge, local);
  return { facts: c.facts, problems, skipped: unique(c.skipped) };
}

function unique(places: Context['skipped']): Context['skipped'] {
  return [...new Map(places.map((p) => [p.start, p])).values()].sort((a, b) => a.start - b.start);
}
