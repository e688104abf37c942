import type { DriftHostFunctions, DriftViewFunctions } from '../../src/protocol/drift';
import { registerControls } from '../ui/controls';
import { connectHost } from '../ui/host';
import '../ui/tokens.css';
import { DriftTable, type Kept } from './table';
import './drift.css';

registerControls();

const view: DriftViewFunctions = { show: (shown) => table.show(shown) };
const host = connectHost<DriftHostFunctions, Kept>(view, (method, error) =>
  host.peer.notify('log', `${method}: ${error instanceof Error ? error.message : String(error)}`),
);
const table = new DriftTable(host.peer, host.kept ?? { filter: '', all: false }, host.keep);
document.body.append(table.element);
host.peer.notify('ready');
