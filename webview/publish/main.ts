import type { PublishHostFunctions, PublishViewFunctions } from '../../src/protocol/publishView';
import { registerControls } from '../ui/controls';
import { connectHost } from '../ui/host';
import '../ui/tokens.css';
import '../ui/write.css';
import { PublishApp } from './app';
import './publish.css';

registerControls();

const view: PublishViewFunctions = {
  init: (init) => app.setInit(init),
  plan: (plan) => app.setPlan(plan),
  progress: (progress) => app.setProgress(progress),
};
const host = connectHost<PublishHostFunctions, undefined>(view, (method, error) =>
  host.peer.notify('log', `${method}: ${error instanceof Error ? error.message : String(error)}`),
);
const app = new PublishApp(host.peer);
host.peer.notify('ready');
