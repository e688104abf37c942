import type { TailHostFunctions, TailViewFunctions } from '../../src/protocol/tail';
import { registerControls } from '../ui/controls';
import { connectHost } from '../ui/host';
import '../ui/popup.css';
import '../ui/tokens.css';
import { TailApp } from './app';
import type { Kept } from './app';
import './filters.css';
import './detail.css';
import './boxes.css';
// Last: what it says of narrow panels goes before.
import './tail.css';

registerControls();

const view: TailViewFunctions = {
  init: (init) => app.setInit(init),
  savedFilters: (filters) => app.setSaved(filters),
  choose: (seq) => app.choose(seq) as never,
  toggleOrder: () => app.toggleOrder(),
  status: (status) => app.setStatus(status),
};
const host = connectHost<TailHostFunctions, Kept>(view, (method, error) =>
  host.peer.notify('log', `${method}: ${error instanceof Error ? error.message : String(error)}`),
);
const app = new TailApp(host.peer, host.kept ?? {}, host.keep);
host.peer.notify('ready');
