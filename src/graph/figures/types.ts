import type { ChannelState, Figures, ReaderState } from '../../model/figures';
import type { ChannelKind } from '../../model/model';
import type { SourceRange } from '../../text/range';
import type { DrawFact } from '../types';

/** What one broker told at one moment, with what follows from the moments before. */
export type Reading = Figures<ChannelReading, ConsumerReading>;

export type Trend = 'rising' | 'falling' | 'steady';

export interface ChannelReading extends ChannelState {
  readonly trend?: Trend;
}

export interface ConsumerReading extends ReaderState {
  /** Messages a second. */
  readonly rate?: number;
  /** Of the lag. */
  readonly trend?: Trend;
}

/** `good`: messages move; `warning`: somebody should look; `error`: a threshold is exceeded, or dead letters lie there. */
export type Health = 'good' | 'warning' | 'error';

/** A short text on the drawing, as `lag 3,410` or `17 dead letters`. */
export interface FigureBadge {
  readonly text: string;
  readonly tone: 'plain' | 'muted' | 'warning' | 'error';
  readonly sign?: 'alert' | 'rising' | 'falling';
  /** It stays where the drawing is so far away that other texts are left out. */
  readonly far?: true;
}

/** Which of a broker's figures over time belong to an element: those of a channel, or of one of its readers. */
export interface FigureKey {
  readonly channel: string;
  readonly kind: ChannelKind;
  readonly reader?: string;
}

/** The live figures of one element of the graph, ready to be drawn. */
export interface ElementFigures {
  /** The graph's id of the node or edge. */
  readonly id: string;
  /** The id of the broker's node that told them. */
  readonly broker: string;
  readonly badges: readonly FigureBadge[];
  /** Messages a second that move along an edge, or into a channel. */
  readonly rate?: number;
  readonly health?: Health;
  /** Further figures, for the details pane. */
  readonly facts: readonly DrawFact[];
  /** A group's lag by partition, the worst first. */
  readonly partitions?: readonly DrawFact[];
  /** Readers that are there and that no file knows, sorted, with what is known of each. */
  readonly strangers?: readonly DrawFact[];
  /** Sentences: what could not be read. */
  readonly notes?: readonly string[];
  readonly key?: FigureKey;
}

/** What one reading says against a threshold (`alert:`) of a file. */
export interface Breach {
  /** The same for the same threshold of the same element. */
  readonly key: string;
  readonly element: string;
  readonly measure: 'lag' | 'depth' | 'unacked' | 'age';
  /** The place of the `alert` key. */
  readonly at: SourceRange;
  readonly message: string;
  readonly badge: FigureBadge;
}
