import type { Draft } from './connectionDraft';
import { ask } from './multiStep';
import type { Step } from './multiStep';

/** The fields of a draft that are text. */
export type TextField = { [F in keyof Draft]-?: Draft[F] extends string ? F : never }[keyof Draft];

const SECRET: ReadonlySet<TextField> = new Set<TextField>(['password', 'token', 'passphrase', 'clientSecret', 'nkeySeed']);

interface TextQuestion {
  readonly prompt: string;
  readonly placeholder?: string;
  readonly optional?: boolean;
  readonly missing?: string;
  fault?(text: string): string | undefined;
  /** Default: the answer, without space around it, but for secrets. */
  take?(text: string): void;
  propose?(): string;
}

/** Asks for a field of the draft. A secret is never shown again: an empty answer keeps the one that is there. */
export function askText(draft: Draft, field: Exclude<TextField, 'signIn'>, question: TextQuestion): Step {
  const isSecret = SECRET.has(field);
  const set = (text: string): void => {
    Object.assign(draft, { [field]: text });
  };
  return ask({
    prompt: question.prompt,
    placeholder: isSecret && draft[field] ? 'unchanged; leave it empty to keep it' : question.placeholder,
    secret: isSecret,
    value: () => (isSecret ? '' : draft[field] || (question.propose?.() ?? '')),
    fault: (text) => {
      if (text.trim() === '' && (question.optional || (isSecret && draft[field]))) return undefined;
      if (text.trim() === '' && !(field === 'password')) return question.missing ?? 'Write an answer.';
      return question.fault?.(text);
    },
    take: (text) => {
      if (isSecret && text === '') return;
      if (question.take) question.take(text);
      else set(isSecret ? text : text.trim());
    },
  });
}
