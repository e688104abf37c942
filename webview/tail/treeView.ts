import type { TailFilter } from '../../src/protocol/tail';
import { counted, h } from '../ui/dom';
import type { Menu, MenuEntry } from '../ui/menu';
import { VirtualRows } from '../ui/virtualRows';
import { countText } from './format';
import { highlightMatches } from './highlights';
import { expressionOf, isScalar, literalOf, nodeAt, pathOf, unquoted, written } from './jsonTree';
import type { JsonTree } from './jsonTree';

/** What of one value a line shows. */
const LONGEST = 2000;
/** Larger values begin with their outermost fields open only. */
const OPEN_UP_TO = 500;

export interface TreeFault {
  readonly path: string;
  readonly reason: string;
}

export interface TreeHost {
  copy(text: string): void;
  /** Only messages for which this holds from now on. */
  filterBy(expression: string): void;
  addColumn(path: string): void;
  filter(): TailFilter;
}

/** A decoded value as a tree: fields open and close, faults stand beside the field that they are of. */
export class TreeView {
  readonly root: HTMLElement;
  private readonly rows: VirtualRows<number>;
  private tree: JsonTree | undefined;
  private visible: readonly number[] = [];
  private closed = new Set<number>();
  private faults = new Map<number, string[]>();
  /** Fields that hold a fault further in. */
  private faulty = new Set<number>();

  constructor(
    private readonly host: TreeHost,
    private readonly menu: Menu,
  ) {
    this.rows = new VirtualRows<number>({
      rowHeight: 20,
      className: 'json-tree',
      role: 'tree',
      label: 'Decoded value',
      fill: (row, node) => this.fill(row, node),
      activate: (node) => this.toggle(node),
      key: (event, node) => this.onKey(event, node),
      menu: (node, _, at) => this.openMenu(node, at),
      drawn: (rows) => highlightMatches('detail-match', textsIn(rows), host.filter()),
    });
    this.root = this.rows.root;
    this.root.addEventListener('click', (event) => {
      const index = this.rows.indexOf(event.target);
      if (index !== undefined && event.target instanceof Element && event.target.closest('.twist')) this.toggle(this.visible[index]!);
    });
  }

  show(tree: JsonTree, faults: readonly TreeFault[]): void {
    this.tree = tree;
    this.faults = new Map();
    this.faulty = new Set();
    for (const { path, reason } of faults) {
      const { index } = nodeAt(tree, path);
      this.faults.set(index, [...(this.faults.get(index) ?? []), reason]);
      for (let up = tree.nodes[index]?.parent ?? -1; up >= 0; up = tree.nodes[up]!.parent) this.faulty.add(up);
    }
    this.closed = new Set(
      tree.nodes.length > OPEN_UP_TO
        ? tree.nodes.flatMap((node, i) => (!isScalar(node) && node.depth > 0 && !this.faulty.has(i) ? [i] : []))
        : [],
    );
    this.root.scrollTop = 0;
    const first = this.faults.keys().next().value;
    this.update(0);
    if (first !== undefined) this.rows.setActive(this.visible.indexOf(first));
  }

  private update(active: number): void {
    const nodes = this.tree?.nodes ?? [];
    const visible: number[] = [];
    for (let i = 0; i < nodes.length; i = this.closed.has(i) ? nodes[i]!.next : i + 1) visible.push(i);
    this.visible = visible;
    this.rows.setItems(visible, visible.indexOf(active));
  }

  private toggle(node: number): void {
    if (this.isClosed(node)) this.closed.delete(node);
    else if (this.canClose(node)) this.closed.add(node);
    this.update(node);
  }

  private isClosed(node: number): boolean {
    return this.closed.has(node);
  }

  private canClose(node: number): boolean {
    return (this.tree?.nodes[node]?.size ?? 0) > 0;
  }

  private onKey(event: KeyboardEvent, node: number): boolean {
    const { tree } = this;
    if (!tree) return false;
    if ((event.ctrlKey || event.metaKey) && event.key === 'c') {
      if (!getSelection()?.isCollapsed) return false;
      this.host.copy(this.valueText(node));
      return true;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    switch (event.key) {
      case 'ArrowRight':
        if (this.isClosed(node)) this.toggle(node);
        else if (this.canClose(node)) this.rows.setActive(this.visible.indexOf(node) + 1);
        return true;
      case 'ArrowLeft':
        if (this.canClose(node) && !this.isClosed(node)) this.toggle(node);
        else if (tree.nodes[node]!.parent >= 0) this.rows.setActive(this.visible.indexOf(tree.nodes[node]!.parent));
        return true;
      case '*':
        this.closed.clear();
        this.update(node);
        return true;
      default:
        return false;
    }
  }

  private openMenu(node: number, at: { readonly x: number; readonly y: number }): void {
    const { tree, host } = this;
    const one = tree?.nodes[node];
    if (!tree || !one) return;
    const path = pathOf(tree, node);
    const isField = isScalar(one) && path !== '';
    const expression = `${expressionOf(tree, node)} == ${literalOf(tree, one)}`;
    const entries: MenuEntry[] = [
      { label: 'Filter by this value', disabled: !isField, run: () => host.filterBy(expression) },
      { label: 'Filter out this value', disabled: !isField, run: () => host.filterBy(`!(${expression})`) },
      { label: 'Add as column', disabled: path === '', run: () => host.addColumn(path) },
      'line',
      { label: 'Copy value', hint: 'Ctrl+C', run: () => host.copy(this.valueText(node)) },
      { label: 'Copy path', disabled: path === '', run: () => host.copy(path) },
      'line',
      { label: 'Open all', hint: '*', run: () => this.openAll(node) },
      { label: 'Close all', run: () => this.closeAll(node) },
    ];
    this.menu.open(at, path || 'The whole value', entries);
  }

  private openAll(node: number): void {
    this.closed.clear();
    this.update(node);
  }

  private closeAll(node: number): void {
    this.closed = new Set(this.tree?.nodes.flatMap(({ size, depth }, i) => (size > 0 && depth > 0 ? [i] : [])));
    const nodes = this.tree?.nodes ?? [];
    let shown = node;
    for (let up = nodes[node]?.parent ?? -1; up >= 0; up = nodes[up]!.parent) if (this.closed.has(up)) shown = up;
    this.update(shown);
  }

  /** A string without its quotes; all else as it is written. */
  private valueText(node: number): string {
    const one = this.tree!.nodes[node]!;
    const text = written(this.tree!, one);
    return one.kind === 'string' ? unquoted(text) : text;
  }

  private fill(row: HTMLElement, node: number): void {
    const tree = this.tree!;
    const one = tree.nodes[node]!;
    const isClosed = this.isClosed(node);
    const reasons = this.faults.get(node);
    row.style.paddingLeft = `${Math.min(one.depth, 30) * 14}px`;
    row.classList.toggle('faulty', reasons !== undefined);
    row.setAttribute('aria-level', String(one.depth + 1));
    if (this.canClose(node)) row.setAttribute('aria-expanded', String(!isClosed));
    else row.removeAttribute('aria-expanded');
    const hasInner = isClosed && this.faulty.has(node);
    row.replaceChildren(
      h('span', { class: 'twist', 'aria-hidden': 'true' }, this.canClose(node) ? (isClosed ? '▸' : '▾') : ''),
      ...(one.key === undefined ? [] : [h('span', { class: typeof one.key === 'number' ? 'index' : 'key' }, String(one.key)), ': ']),
      this.valueElement(node, isClosed),
      ...(reasons ? [h('span', { class: 'fault-mark', title: reasons.join('\n') }, ` ◀ ${reasons.join(' ')}`)] : []),
      ...(hasInner ? [h('span', { class: 'fault-mark' }, ' ◀ a fault inside')] : []),
    );
  }

  private valueElement(node: number, isClosed: boolean): HTMLElement {
    const tree = this.tree!;
    const one = tree.nodes[node]!;
    if (!isScalar(one)) {
      const [open, close] = one.kind === 'object' ? ['{', '}'] : ['[', ']'];
      const word = one.kind === 'object' ? 'field' : 'item';
      const text = one.size === 0 ? open + close : isClosed ? `${open} ${counted(one.size, word)} ${close}` : `${open} ${countText(one.size)} ${close}`;
      return h('span', { class: 'holder' }, text);
    }
    const length = one.end - one.start;
    const text = tree.text.slice(one.start, Math.min(one.end, one.start + LONGEST));
    return h(
      'span',
      { class: one.kind },
      text,
      ...(length > LONGEST ? [h('span', { class: 'dim' }, ` … ${countText(length)} characters, whole under Text`)] : []),
    );
  }
}

function* textsIn(rows: readonly HTMLElement[]): Iterable<Node> {
  for (const row of rows) {
    const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) yield node;
  }
}
