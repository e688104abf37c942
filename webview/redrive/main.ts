import type { RedriveHostFunctions, RedriveViewFunctions } from '../../src/protocol/publishView';
import { registerControls } from '../ui/controls';
import { connectHost } from '../ui/host';
import '../ui/tokens.css';
import '../ui/write.css';
import { RedriveApp } from './app';
import './redrive.css';

registerControls();

const view: RedriveViewFunctions = {
  init: (init) => app.setInit(init),
  rows: (rows, isEnd) => app.setRows(rows, isEnd),
  moved: (results) => app.setMoved(results),
  movedUnseen: (result) => app.setMovedUnseen(result),
  state: (state) => app.setState(state),
};
const host = connectHost<RedriveHostFunctions, undefined>(view, (method, error) =>
  host.peer.notify('log', `${method}: ${error instanceof Error ? error.message : String(error)}`),
);
const app = new RedriveApp(host.peer);
host.peer.notify('ready');
