import type { ChannelState, Figures, ReaderState } from '../model/figures';
import type { TapTarget } from './driver';

export interface FigureQuery {
  readonly targets: readonly TapTarget[];
}

/** What a broker told at one moment. */
export type BrokerFigures = Figures<ChannelFigures, ConsumerFigures>;

/** Its rates are those that the broker itself tells. */
export interface ChannelFigures extends ChannelState {
  /** Messages ever published, as far as the broker counts them: differences of two samples give the rate in. */
  readonly published?: number;
  /** Messages ever handed out, likewise. */
  readonly delivered?: number;
}

export interface ConsumerFigures extends ReaderState {
  /** Messages ever acknowledged or committed: differences of two samples give the rate out. */
  readonly done?: number;
}
