// A broker lets channels be named with what would turn around the sentence that they stand in.
const MARKS = /[\u0000-\u0008\u000e-\u001f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text in which each mark of direction, control or space without width is seen. */
export function withoutMarks(text: string): string {
  return text.replace(MARKS, '\ufffd');
}

/** Sets an element's text where it differs, so that an unchanged screen costs nothing. Marks of direction are seen. */
export function setText(of: HTMLElement, text: string): void {
  const plain = withoutMarks(text);
  if (of.textContent !== plain) of.textContent = plain;
}

export function setHidden(of: HTMLElement, hidden: boolean): void {
  if (of.hidden !== hidden) of.hidden = hidden;
}
