import type { FileAccess, FolderEntry } from './files';

/** Files in memory, for tests: `set` and `delete` stand for other programs writing to the disk. */
export class MemoryFiles implements FileAccess {
  private readonly files = new Map<string, { bytes: Uint8Array; modified: number }>();
  private clock = 0;

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    for (const [path, content] of Object.entries(files)) this.set(path, content);
  }

  set(path: string, content: string | Uint8Array): void {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    this.files.set(path, { bytes, modified: ++this.clock });
  }

  delete(path: string): void {
    this.files.delete(path);
  }

  entries(folder: string): readonly FolderEntry[] {
    const result = new Map<string, FolderEntry>();
    for (const path of this.files.keys()) {
      if (!path.startsWith(`${folder}/`)) continue;
      const [name = '', ...below] = path.slice(folder.length + 1).split('/');
      result.set(name, { name, kind: below.length > 0 ? 'folder' : 'file' });
    }
    return [...result.values()];
  }

  read(path: string, limit?: number): Uint8Array | undefined {
    return this.files.get(path)?.bytes.subarray(0, limit);
  }

  stat(path: string): { size: number; modified: number } | undefined {
    const file = this.files.get(path);
    return file && { size: file.bytes.length, modified: file.modified };
  }

  isFolder(path: string): boolean {
    return this.entries(path).length > 0;
  }
}
