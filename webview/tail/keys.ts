type Act = (target: EventTarget | undefined) => unknown;

/** Keys of the whole page: not while text is written, and a control keeps the keys that are its own. */
export function onKeys(list: HTMLElement, keys: Readonly<Record<string, Act>>): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const target = event.composedPath()[0];
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
    const isControl =
      target instanceof Element && target !== list && target.closest('button, vscode-button, [role=tab], [role=separator], [role=columnheader]') !== null;
    if (isControl && (event.key === ' ' || event.key === 'Enter')) return;
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (!act) return;
    if (event.key !== 'Escape' && event.key !== 'Enter') event.preventDefault();
    act(target);
  });
}
