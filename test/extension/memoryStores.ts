/** Stands for VS Code's global state and secret storage; the maps show what was kept. */
export function memoryStores() {
  const kept = new Map<string, unknown>();
  const hidden = new Map<string, string>();
  const state = {
    keys: () => [...kept.keys()],
    get: (key: string, otherwise?: unknown) => kept.get(key) ?? otherwise,
    update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
  };
  const secrets = {
    get: (key: string) => Promise.resolve(hidden.get(key)),
    store: (key: string, value: string) => Promise.resolve(void hidden.set(key, value)),
    delete: (key: string) => Promise.resolve(void hidden.delete(key)),
  };
  return { kept, hidden, state: state as never, secrets: secrets as never };
}
