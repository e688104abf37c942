import type { FileAccess } from './files';
import { isLeftOut, walk } from './walk';

/** The folders of a workspace, and files that were named one by one, wherever they lie. */
export class Folders {
  private roots: readonly string[] = [];
  private singles: ReadonlySet<string> = new Set();

  private left: string[] = [];

  constructor(private readonly files: FileAccess) {}

  /** Folders that the last walk left out as made by tools, though nobody ignores them. */
  get leftOut(): readonly string[] {
    return this.left.filter((path) => !path.includes('/.', path.lastIndexOf('/')));
  }

  get all(): readonly string[] {
    return this.roots;
  }

  set(roots: Iterable<string>, singles: Iterable<string>): void {
    this.roots = [...new Set([...roots].map((root) => root.replace(/\/+$/, '')))].sort();
    this.singles = new Set(singles);
  }

  /** The outermost folder around a path. */
  rootOf(path: string): string | undefined {
    return this.roots.find((root) => path.startsWith(`${root}/`));
  }

  holds(path: string): boolean {
    return this.singles.has(path) || this.rootOf(path) !== undefined;
  }

  /** True for files that a walk does not come to: elsewhere, ignored, or none that a reader may recognize. */
  leavesOut(path: string): boolean {
    if (this.singles.has(path)) return false;
    const root = this.rootOf(path);
    return root === undefined || isLeftOut(this.files, root, path);
  }

  /** The paths of all files to look at, each once. */
  *walk(): Generator<string> {
    this.left = [];
    const seen = new Set<string>(this.singles);
    yield* this.singles;
    for (const root of this.roots) {
      for (const path of walk(this.files, root, (folder) => this.left.push(folder))) {
        if (seen.has(path)) continue;
        seen.add(path);
        yield path;
      }
    }
  }
}
