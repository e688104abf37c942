import type { Severity } from '../../text/problem';
import type { Report, ReportPlace } from '../report';

export interface SarifRule {
  readonly name: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly why: string;
  readonly helpUri: string;
}

const levels: Record<Severity, 'error' | 'warning' | 'note'> = { error: 'error', warning: 'warning', info: 'note' };

/** SARIF 2.1.0 (OASIS), with the rules that the results name, and fixes as replacements. */
export function writeSarif(report: Report, rules: readonly SarifRule[], toolVersion: string): string {
  const named = new Set(report.problems.map((p) => p.rule));
  const described = rules.filter((rule) => named.has(rule.name));
  const indexOf = new Map(described.map((rule, index) => [rule.name, index]));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Tailrace',
            version: toolVersion,
            informationUri: 'https://github.com/tailrace/tailrace',
            rules: described.map((rule) => ({
              id: rule.name,
              shortDescription: { text: rule.summary },
              fullDescription: { text: rule.why },
              helpUri: rule.helpUri,
              defaultConfiguration: { level: levels[rule.severity] },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: report.problems.map((p) => ({
          ruleId: p.rule,
          ...(indexOf.has(p.rule) ? { ruleIndex: indexOf.get(p.rule) } : {}),
          level: levels[p.severity],
          message: { text: p.message },
          locations: [location(p)],
          ...(p.fingerprint === undefined ? {} : { partialFingerprints: { 'tailraceLine/v1': p.fingerprint } }),
          ...(p.related.length > 0
            ? { relatedLocations: p.related.map((r, id) => ({ id, ...location(r), message: { text: r.message } })) }
            : {}),
          ...(p.fixes.length > 0 ? { fixes: p.fixes.map(fix) } : {}),
        })),
      },
    ],
  };
  return JSON.stringify(log, null, 2) + '\n';
}

function location(place: ReportPlace): object {
  return { physicalLocation: { artifactLocation: artifact(place.file), region: region(place) } };
}

/** SARIF wants URIs: relative paths are percent-encoded segment by segment. */
function artifact(file: string): object {
  return { uri: file.split('/').map(encodeURIComponent).join('/') };
}

function region({ range }: ReportPlace): object {
  return {
    startLine: range.start.line,
    startColumn: range.start.column,
    endLine: range.end.line,
    endColumn: range.end.column,
  };
}

function fix(f: Report['problems'][number]['fixes'][number]): object {
  const files = [...new Set(f.edits.map((e) => e.file))];
  return {
    description: { text: f.title },
    artifactChanges: files.map((file) => ({
      artifactLocation: artifact(file),
      replacements: f.edits
        .filter((e) => e.file === file)
        .map((e) => ({ deletedRegion: region(e), insertedContent: { text: e.newText } })),
    })),
  };
}
