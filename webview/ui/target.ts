import type { WriteTarget } from '../../src/protocol/publishView';
import { h } from './dom';

/** Where a view writes to, always on screen: channel, broker, environment, and whether it may. */
export function targetBar(title: string, to: WriteTarget, allow: () => void): HTMLElement {
  const where = [to.broker, to.environment].filter(Boolean).join(' · ');
  const bar = h(
    'header',
    { class: 'bar target', 'data-protocol': to.protocol },
    h('h1', {}, title),
    h('span', { class: 'channel' }, to.channel),
    h('span', { class: 'pill' }, where),
    to.readOnly
      ? h('span', { class: 'pill locked', title: 'Nothing is sent' }, 'read-only')
      : h('span', { class: 'pill writes', title: 'What you send here reaches real consumers' }, 'writes'),
    to.unverified ? h('span', { class: 'pill writes' }, 'certificate not checked') : undefined,
    h('span', { class: 'space' }),
  );
  if (to.readOnly) {
    const button = h('vscode-button', { appearance: 'secondary' }, 'Allow Writing…');
    button.addEventListener('click', allow);
    bar.append(button);
  }
  return bar;
}
