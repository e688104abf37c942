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

export interface Choice<T> {
  readonly label: string;
  readonly description?: string;
  readonly value: T;
  /** A heading above it. */
  readonly heading?: string;
}

/** Asks one thing after the other; false when the user closed the dialogue. */
export async function answered(title: string, plan: () => readonly Step[]): Promise<boolean> {
  try {
    await steps(title, plan);
    return true;
  } catch (error) {
    if (error instanceof Cancelled) return false;
    throw error;
  }
}

export function choose<const T>(
  placeholder: string,
  choices: readonly Choice<T>[],
  current: () => T,
  take: (value: T) => void,
): Step {
  return (frame) => {
    const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly choice?: Choice<T> }>();
    pick.items = choices.flatMap((choice) => [
      ...(choice.heading === undefined ? [] : [{ label: choice.heading, kind: vscode.QuickPickItemKind.Separator }]),
      { label: choice.label, description: choice.description, choice },
    ]);
    pick.placeholder = placeholder;
    pick.activeItems = pick.items.filter((item) => item.choice?.value === current());
    return shown(pick, frame, ({ done }) =>
      pick.onDidAccept(() => {
        const chosen = pick.selectedItems[0]?.choice;
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
  fault?(text: string): string | undefined | Promise<string | undefined>;
  /** Lets the user choose a file instead of writing its path; undefined when given up. */
  browse?(): Promise<string | undefined>;
}

export function ask(question: Question): Step {
  return (frame) => {
    const box = vscode.window.createInputBox();
    box.prompt = question.prompt;
    box.placeholder = question.placeholder;
    box.password = question.secret ?? false;
    box.value = question.value();
    const buttons = question.browse ? [BROWSE] : [];
    return shown(box, frame, ({ done, aside }) => {
      const accept = async (): Promise<void> => {
        const text = box.value;
        box.busy = true;
        const fault = await question.fault?.(text);
        box.busy = false;
        // What was typed meanwhile is another answer.
        if (text !== box.value) return;
        box.validationMessage = fault;
        if (fault !== undefined) return;
        question.take(text);
        done('next');
      };
      return vscode.Disposable.from(
        box.onDidAccept(accept),
        box.onDidChangeValue(() => {
          box.validationMessage = undefined;
        }),
        box.onDidTriggerButton(async (button) => {
          if (button !== BROWSE) return;
          const path = await aside(async () => question.browse?.());
          if (path === undefined) return;
          box.value = path;
          await accept();
        }),
      );
    }, buttons);
  };
}

const BROWSE: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('folder-opened'), tooltip: 'Choose a File…' };

type QuickInput = vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox;

interface Showing {
  readonly done: (way: 'next' | 'back') => void;
  /** Does something that closes the box (a dialogue for files does, in some windows), and shows it again. */
  readonly aside: <T>(work: () => Promise<T>) => Promise<T>;
}

function shown(
  input: QuickInput,
  frame: Frame,
  listen: (showing: Showing) => vscode.Disposable,
  buttons: readonly vscode.QuickInputButton[] = [],
): Promise<'next' | 'back'> {
  return new Promise<'next' | 'back'>((resolve, reject) => {
    const subscriptions: vscode.Disposable[] = [];
    let isAside = false;
    Object.assign(input, frame);
    // Reading an address off another window must not close the dialogue.
    input.ignoreFocusOut = true;
    input.buttons = [...(frame.step > 1 ? [vscode.QuickInputButtons.Back] : []), ...buttons];
    const end = (): void => {
      for (const subscription of subscriptions) subscription.dispose();
      input.dispose();
    };
    const done: Showing['done'] = (way) => {
      resolve(way);
      end();
    };
    const aside: Showing['aside'] = async (work) => {
      isAside = true;
      try {
        return await work();
      } finally {
        isAside = false;
        input.show();
      }
    };
    subscriptions.push(
      listen({ done, aside }),
      input.onDidTriggerButton((button) => {
        if (button === vscode.QuickInputButtons.Back) done('back');
      }),
      // After `done` this comes too late to change the outcome.
      input.onDidHide(() => {
        if (isAside) return;
        reject(new Cancelled('The dialogue was closed.'));
        end();
      }),
    );
    input.show();
  });
}
