import { guaranteesOf } from '../delivery/guarantees';
import type { FlowGuarantee } from '../delivery/guarantee';
import type { FlowModel } from '../model/model';
import type { Workspace } from '../workspace/workspace';

/** By model: a list that stays the same object, so that what is made of it can be kept beside it. */
const known = new WeakMap<FlowModel, readonly FlowGuarantee[]>();

/**
 * What each flow gives, reckoned once a model and only when somebody asks. Where folders want different guarantees of
 * those who declare none, the folder of the consume counts: the effect happens there.
 */
export function guaranteesIn(workspace: Workspace, model: FlowModel): readonly FlowGuarantee[] {
  let found = known.get(model);
  if (found === undefined) known.set(model, (found = reckoned(workspace, model)));
  return found;
}

function reckoned(workspace: Workspace, model: FlowModel): readonly FlowGuarantee[] {
  const wantedAt = (guarantee: FlowGuarantee): FlowGuarantee['derived'] | undefined => {
    const path = model.files.get(guarantee.flow.consume.fact.extent.file)?.path;
    return path === undefined ? undefined : workspace.wantedGuarantee(path);
  };
  // The flows are the same by every configuration, in the same order.
  return guaranteesOf(model).map((guarantee, i) => {
    const wanted = wantedAt(guarantee);
    return wanted === undefined ? guarantee : guaranteesOf(model, { guarantee: wanted })[i] ?? guarantee;
  });
}
