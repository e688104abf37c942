import type { DriverServices } from '../brokers/services';
import type { FiguresReport } from '../protocol/figures';
import type { LiveFunctions } from '../protocol/tail';
import { FigureSampler } from './figuresSampler';

type FigureFunctions = Pick<LiveFunctions, 'watchFigures' | 'figureSeries'> & {
  endFigures(id: string): Promise<void>;
  endAllFigures(): Promise<void>;
};

/** The brokers whose figures are sampled, a session each, by the ids that the caller gives them. */
export function figureFunctions(
  services: DriverServices,
  tell: (id: string, report: FiguresReport) => void,
): FigureFunctions {
  const samplers = new Map<string, FigureSampler>();
  const end = async (id: string): Promise<void> => {
    const sampler = samplers.get(id);
    samplers.delete(id);
    await sampler?.stop();
  };
  return {
    watchFigures: (id, request) => {
      if (samplers.get(id)?.take(request) === true) return;
      void end(id);
      const sampler: FigureSampler = new FigureSampler(
        request,
        (report) => {
          // One that was replaced or ended says no more.
          if (samplers.get(id) === sampler) tell(id, report);
        },
        services,
      );
      samplers.set(id, sampler);
      sampler.start();
    },
    endFigures: end,
    figureSeries: (id, key) => samplers.get(id)?.series(key) ?? [],
    endAllFigures: async () => {
      await Promise.all([...samplers.keys()].map(end));
    },
  };
}
