import type { BrokerKind } from '../support/brokers';
import type { Hazard, Observed } from './observed';

/** One claim about delivery, with the settings that it is about and the fault that is to prove or refute it. */
export interface Row {
  /** `<broker>/<what happens>`; tests, `--only` and reports know it by this. */
  readonly id: string;
  readonly broker: BrokerKind;
  /** The settings in words. */
  readonly title: string;
  /** The same settings as a user writes them, from which the model derives its prediction. */
  readonly flow: string;
  readonly hazard: Hazard;
  /** How many faults are injected; 0 is normal running. */
  readonly faults: number;
  /** What is injected, in words. */
  readonly injected: string;
  /** Whether these settings let the hazard come with that many faults: derived by hand, and why. */
  readonly predicted: boolean;
  readonly because: string;
  /** Where the model says otherwise because it counts other faults as well, which the row does not inject: which. */
  readonly beyond?: string;
  /** Where what is seen contradicts the model: how. */
  readonly differs?: string;
  /** The consumer at whose end the hazard is looked for; `billing` where nothing is said. */
  readonly reader?: string;
  /** How often it is run; what is protected must hold more than once. */
  readonly runs?: number;
  /** What it needs besides the broker: a Java that compiles. */
  readonly needs?: 'jdk';
}

/** A row with the experiment itself; `C` is what its group has started. */
export interface Experiment<C> extends Omit<Row, 'broker'> {
  run(context: C): Promise<Observed>;
}

/** Rows that share what is started for them: one broker, one cluster, or nothing. */
export interface Group {
  readonly name: string;
  readonly broker: BrokerKind;
  readonly rows: readonly Row[];
  open(): Promise<OpenGroup>;
}

export interface OpenGroup {
  run(row: Row): Promise<Observed>;
  close(): Promise<void>;
}

/** Ties a group's rows to what they run on, so that the type of it need not leave the group's file. */
export function group<C>(spec: {
  readonly name: string;
  readonly broker: BrokerKind;
  open(): Promise<{ readonly context: C; close(): Promise<void> }>;
  readonly experiments: readonly Experiment<C>[];
}): Group {
  const rows = spec.experiments.map((experiment) => ({ ...experiment, broker: spec.broker }));
  return {
    name: spec.name,
    broker: spec.broker,
    rows,
    async open() {
      const { context, close } = await spec.open();
      return {
        close,
        run(row) {
          const experiment = spec.experiments.find(({ id }) => id === row.id);
          if (!experiment) throw new Error(`${spec.name} has no row ${row.id}`);
          return experiment.run(context);
        },
      };
    },
  };
}

/** Protected rows run more often: one good run proves little. */
export function runsOf(row: Row): number {
  return row.runs ?? (row.predicted ? 1 : 3);
}
