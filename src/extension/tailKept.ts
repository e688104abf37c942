import type * as vscode from 'vscode';
import type { SavedFilter, TailView } from '../protocol/tail';
import type { TailSubject } from './tailSubject';

const FILTERS = 'tailrace.tailFilters';
const VIEWS = 'tailrace.tailViews';
const OPEN = 'tailrace.openTails';
/** Views of channels that were not tailed for long give way to newer ones. */
const MOST_VIEWS = 200;

/** By what a channel that was tailed is found again. */
export type KeptSubject = Pick<TailSubject, 'elementId' | 'connectionId' | 'target'>;

/** What a workspace remembers of its tails: filters that were saved, how each channel's list is looked at, and which are open. */
export class TailKept {
  constructor(private readonly state: vscode.Memento) {}

  /** Sorted by name. */
  filters(): readonly SavedFilter[] {
    return [...this.state.get<readonly SavedFilter[]>(FILTERS, [])].sort((a, b) => a.name.localeCompare(b.name, 'en'));
  }

  /** Adds a filter, or replaces the one of that name. */
  async saveFilter(saved: SavedFilter): Promise<void> {
    await this.state.update(FILTERS, [...this.filters().filter(({ name }) => name !== saved.name), saved]);
  }

  async removeFilter(name: string): Promise<void> {
    await this.state.update(FILTERS, this.filters().filter((one) => one.name !== name));
  }

  view(key: string): TailView | undefined {
    return this.views().find(([of]) => of === key)?.[1];
  }

  async keepView(key: string, view: TailView): Promise<void> {
    const others = this.views().filter(([of]) => of !== key);
    await this.state.update(VIEWS, [...others, [key, view]].slice(-MOST_VIEWS));
  }

  /** The channels of each tail that is open, to be found again after a crash. */
  async keepOpen(tails: readonly (readonly TailSubject[])[]): Promise<void> {
    const kept = tails.map((subjects) => subjects.map(({ elementId, connectionId, target }): KeptSubject => ({ elementId, connectionId, target })));
    await this.state.update(OPEN, kept.length > 0 ? kept : undefined);
  }

  open(): readonly (readonly KeptSubject[])[] {
    return this.state.get<readonly (readonly KeptSubject[])[]>(OPEN, []);
  }

  private views(): readonly (readonly [key: string, view: TailView])[] {
    return this.state.get<readonly (readonly [string, TailView])[]>(VIEWS, []);
  }
}
