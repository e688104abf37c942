import * as vscode from 'vscode';

/** The user closed the dialogue. */
export class Cancelled extends Error {}

/** One question; ends with `next` or `back`, or throws Cancelled. */
export type Step = (frame: Frame) => Promise<'next' | 'back'>;

interface Frame {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
}

/**
 * Asks one question after the other. `plan` is read anew before each, since an answer decides
 * which questions follow.
 */
export async function steps(title: string, plan: () => readonly Step[]): Promise<void> {
  for (let at = 0; ;) {
    const list = plan();
    const step = list[at];
    if (!step) return;
    at += (await step({ title, step: at + 1, totalSteps: list.length })) === 'next' ? 1 : -1;
  }
}

interface Choice<T> {
  readonly label: string;
  readonly description?: string;
  readonly value: T;
}

export function choose<const T>(
  placeholder: string,
  choices: readonly Choice<T>[],
  current: () => T,
  take: (value: T) => void,
): Step {
  return (frame) => {
    const pick = vscode.window.createQuickPick<vscode.QuickPickItem & Choice<T>>();
    pick.items = [...choices];
    pick.placeholder = placeholder;
    pick.activeItems = pick.items.filter((item) => item.value === current());
    return shown(pick, frame, (done) =>
      pick.onDidAccept(() => {
        const chosen = pick.selectedItems[0];
        if (!chosen) return;
        take(chosen.value);
        done('next');
      }),
    );
  };
}

interface Question {
  readonly prompt: string;
  readonly placeholder?: string;
  readonly secret?: boolean;
  value(): string;
  take(text: string): void;
  /** What is wrong with an answer, or undefined. */
  fault?(text: string): string | undefined;
}

export function ask(question: Question): Step {
  return (frame) => {
    const box = vscode.window.createInputBox();
    box.prompt = question.prompt;
    box.placeholder = question.placeholder;
    box.password = question.secret ?? false;
    box.value = question.value();
    return shown(box, frame, (done) =>
      vscode.Disposable.from(
        box.onDidAccept(() => {
          box.validationMessage = question.fault?.(box.value);
          if (box.validationMessage) return;
          question.take(box.value);
          done('next');
        }),
        box.onDidChangeValue(() => {
          box.validationMessage = undefined;
        }),
      ),
    );
  };
}

type QuickInput = vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox;

function shown(
  input: QuickInput,
  frame: Frame,
  listen: (done: (way: 'next' | 'back') => void) => vscode.Disposable,
): Promise<'next' | 'back'> {
  return new Promise<'next' | 'back'>((resolve, reject) => {
    const subscriptions: vscode.Disposable[] = [];
    Object.assign(input, frame);
    // Reading an address off another window must not close the dialogue.
    input.ignoreFocusOut = true;
    input.buttons = frame.step > 1 ? [vscode.QuickInputButtons.Back] : [];
    const finish = (way: 'next' | 'back'): void => {
      resolve(way);
      for (const subscription of subscriptions) subscription.dispose();
      input.dispose();
    };
    subscriptions.push(
      listen(finish),
      input.onDidTriggerButton((button) => {
        if (button === vscode.QuickInputButtons.Back) finish('back');
      }),
      // After `finish` this comes too late to change the outcome.
      input.onDidHide(() => {
        reject(new Cancelled('The dialogue was closed.'));
        for (const subscription of subscriptions) subscription.dispose();
        input.dispose();
      }),
    );
    input.show();
  });
}
