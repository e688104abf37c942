import { memoryLedger, type TapLedger } from './ledger';

/** What drivers are given by the program that they run in. */
export interface DriverServices {
  readonly ledger: TapLedger;
  /** For the program's log; never standard output, which belongs to the CLI's messages. Holds no secrets. */
  log(level: 'info' | 'warn' | 'error', text: string): void;
}

/** Services for checks that make nothing. */
export function quietServices(): DriverServices {
  return { ledger: memoryLedger(), log: () => {} };
}
