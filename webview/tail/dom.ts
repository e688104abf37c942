/** Sets an element's text where it differs, so that an unchanged screen costs nothing. */
export function setText(of: HTMLElement, text: string): void {
  if (of.textContent !== text) of.textContent = text;
}

export function setHidden(of: HTMLElement, hidden: boolean): void {
  if (of.hidden !== hidden) of.hidden = hidden;
}
