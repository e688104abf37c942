import type { FlowModel } from '../../model/model';
import { breachesOf } from './alerts';
import { drawFigures } from './draw';
import { matchReading } from './match';
import type { Breach, ElementFigures, Reading } from './types';

/** What a broker's reading says of a model: figures for the drawing, and the thresholds that are exceeded. */
export function figuresOf(
  model: FlowModel,
  brokerId: string,
  reading: Reading,
  ownPrefix: string,
): { readonly elements: readonly ElementFigures[]; readonly breaches: readonly Breach[] } {
  const matched = matchReading(model, brokerId, reading, ownPrefix);
  return {
    elements: drawFigures(brokerId, reading, matched),
    breaches: matched.flatMap((one) => breachesOf(one, reading.at)),
  };
}
