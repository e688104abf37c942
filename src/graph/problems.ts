import { compareProblems, severities, type Problem } from '../text/problem';
import { compareRanges, contains, type FileId, type SourceRange } from '../text/range';
import { noProblems, type Counts, type DrawProblem, type FlowGraph, type Placed } from './types';

/** Messages kept per element: a pane has no room for more, and the counts are whole anyway. */
const messagesKept = 20;

interface Extent {
  readonly id: string;
  readonly at: SourceRange;
  readonly rank: number;
  /** The nearest extent around it. */
  parent?: Extent;
}

/** Finds the innermost element of a graph around a place. Extents of one file nest or lie apart. */
export class ElementIndex {
  private readonly byFile = new Map<FileId, Extent[]>();

  constructor(graph: Pick<FlowGraph, 'nodes' | 'edges'>) {
    const add = (element: Placed & { readonly id: string }, rank: number): void => {
      for (const at of [element.at, ...element.extents]) {
        const known = this.byFile.get(at.file);
        if (known === undefined) this.byFile.set(at.file, [{ id: element.id, at, rank }]);
        else known.push({ id: element.id, at, rank });
      }
    };
    // Of equal extents (a properties file is one service and one publish) the edge says more: it is innermost.
    for (const node of graph.nodes) add(node, 0);
    for (const edge of graph.edges) add(edge, 1);
    for (const list of this.byFile.values()) {
      list.sort((a, b) => compareRanges(a.at, b.at) || a.rank - b.rank || (a.id < b.id ? -1 : 1));
      let open: Extent | undefined;
      for (const extent of list) {
        while (open !== undefined && !contains(open.at, extent.at)) open = open.parent;
        extent.parent = open;
        open = extent;
      }
    }
  }

  /** The id of the innermost element around the place, or undefined. */
  at(place: SourceRange): string | undefined {
    const list = this.byFile.get(place.file) ?? [];
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle] as Extent).at.start <= place.start) low = middle + 1;
      else high = middle;
    }
    let extent = list[low - 1];
    while (extent !== undefined && !contains(extent.at, place)) extent = extent.parent;
    return extent?.id;
  }
}

/** The element that a cursor is on, for lighting it in the drawing. */
export function elementAt(graph: FlowGraph, place: SourceRange): string | undefined {
  return new ElementIndex(graph).at(place);
}

/** Counts each problem at the innermost element around it, and all of them at the graph. */
export function assignProblems(graph: FlowGraph, problems: readonly Problem[]): FlowGraph {
  if (problems.length === 0) return graph;
  const index = new ElementIndex(graph);
  const found = new Map<string, Problem[]>();
  for (const problem of [...problems].sort(compareProblems)) {
    const id = index.at(problem.at);
    if (id === undefined) continue;
    const known = found.get(id);
    if (known === undefined) found.set(id, [problem]);
    else known.push(problem);
  }
  const mark = <T extends { readonly id: string }>(element: T): T => {
    const own = found.get(element.id);
    return own === undefined ? element : { ...element, problems: count(own), problemList: messages(own) };
  };
  return { nodes: graph.nodes.map(mark), edges: graph.edges.map(mark), problems: count(problems) };
}

function count(problems: readonly Problem[]): Counts {
  const of = (severity: Problem['severity']): number =>
    problems.filter((p) => p.severity === severity).length;
  return problems.length === 0
    ? noProblems
    : { errors: of('error'), warnings: of('warning'), infos: of('info') };
}

function messages(problems: readonly Problem[]): DrawProblem[] {
  return problems
    .map(({ code, severity, message }) => ({ code, severity, message }))
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
    .slice(0, messagesKept);
}
