type Listener<T> = (value: T) => void;

/** Tells whoever listens; VS Code's emitter without VS Code, so that what uses it can be tested alone. */
export class Signal<T> {
  private readonly listeners = new Set<Listener<T>>();

  readonly on = (listener: Listener<T>): { dispose(): void } => {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  };

  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }

  /** Nobody is told any more. */
  clear(): void {
    this.listeners.clear();
  }
}
