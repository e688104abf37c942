import type { FlowGuarantee } from '../../delivery/guarantee';
import { faultsWords, hazardWords } from '../../delivery/guaranteeWords';
import { repairWords } from '../../lint/repairFix';
import { listWords } from '../../lint/words';
import type { Answer } from '../checklist';
import type { Point } from '../context';
import { assumptionsBehind, promiseOf } from '../promise';

/** Somebody says what the flow must give, and the settings give no less. */
export const guaranteePoint: Point = ({ guarantee }): Answer => {
  const { declared, derived, flow } = guarantee;
  const gives = `The settings give ${derived}${becauseOf(guarantee)}.`;
  const at = declared?.by?.at ?? flow.consume.at;
  const promise = `${declared?.who ?? 'The configuration'} declares ${declared?.value ?? 'nothing'}`;
  switch (promiseOf(guarantee)) {
    case 'kept':
      return { status: 'met', evidence: `${promise}, and the settings give ${declared?.value === derived ? 'it' : derived}.`, at };
    case 'broken':
      return { status: 'not-met', evidence: `${promise}. ${gives}`, at, next: `${repairWords(guarantee)}. Or declare ${derived}.` };
    case 'assumed': {
      const open = listWords(assumptionsBehind(guarantee));
      return {
        status: 'unknown', evidence: `${promise}. With the weakest value of ${open}, which no file states, the settings give ${derived}.`, at,
        next: `State ${open}, or the client and its version.`,
      };
    }
    case 'open':
      return {
        status: 'unknown', evidence: `${promise}; nothing that breaks it was found, but not all ways were looked at.`, at,
        next: 'State settings that are left open.',
      };
    case 'none':
      return {
        status: 'unknown', evidence: `Nobody declares what ${flow.consume.service.name} needs. ${gives}`, at,
        next: `Declare it on the consume or the publish (guarantee: ${derived}, or more).`,
      };
  }
};

/** `: a message is lost by one fault`. */
function becauseOf({ decidedBy, hazards: found, isBounded }: FlowGuarantee): string {
  if (decidedBy === undefined) return '';
  return `: a message is ${hazardWords(decidedBy)} ${faultsWords(found[decidedBy].faults, isBounded)}`;
}
