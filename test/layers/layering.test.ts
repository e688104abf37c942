import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(__dirname, '../..');

/** Which rooms a room may import from. The picture of it is in src/README.md. */
const allowed: Record<string, readonly string[]> = {
  text: [],
  syntax: ['text'],
  model: ['text', 'syntax'],
  readers: ['text', 'syntax', 'model'],
  contracts: ['text', 'syntax', 'model'],
  delivery: ['text', 'syntax', 'model'],
  lint: ['text', 'syntax', 'model', 'delivery', 'contracts'],
  ide: ['text', 'syntax', 'model', 'delivery', 'contracts', 'lint'],
  graph: ['text', 'syntax', 'model', 'delivery', 'contracts'],
  report: ['text', 'syntax', 'model', 'delivery', 'contracts', 'lint', 'graph'],
  // Types that cross a process; they may name plain types of others, which never name them.
  protocol: ['model', 'text', 'graph', 'delivery', 'brokers'],
  // Of the model, types alone: what kinds of channels there are, and what is told of one.
  brokers: ['protocol', 'model'],
  codecs: ['text', 'contracts', 'protocol'],
  // Pure; of brokers and registries it knows the types of what is on them.
  drift: ['text', 'syntax', 'model', 'readers', 'delivery', 'lint', 'graph', 'brokers', 'registry'],
  live: ['contracts', 'brokers', 'codecs', 'protocol'],
  registry: ['text', 'model', 'contracts'],
  workspace: ['text', 'syntax', 'model', 'readers', 'contracts', 'delivery', 'lint', 'ide', 'graph', 'protocol', 'brokers'],
  server: ['text', 'syntax', 'model', 'contracts', 'delivery', 'lint', 'ide', 'graph', 'report', 'workspace', 'protocol', 'registry', 'drift'],
  extension: ['protocol', 'brokers'],
  cli: ['text', 'syntax', 'model', 'readers', 'contracts', 'delivery', 'lint', 'graph', 'report', 'workspace', 'server', 'protocol', 'brokers', 'codecs', 'live', 'registry', 'drift'],
  // The graph's panel draws with the graph's own shapes and layout, which know no DOM.
  webview: ['protocol', 'graph'],
};

const core = new Set(['text', 'syntax', 'model', 'readers', 'contracts', 'delivery', 'lint', 'ide', 'graph', 'report']);

/** Packages that only one room may know. */
const owners: Record<string, readonly string[]> = {
  vscode: ['extension'],
  'vscode-languageclient': ['extension'],
  'vscode-languageserver': ['server'],
  'vscode-languageserver-textdocument': ['server'],
  kafkajs: ['brokers'],
  amqplib: ['brokers'],
  mqtt: ['brokers'],
  elkjs: ['webview', 'workspace'],
  '@vscode/webview-ui-toolkit': ['webview'],
};

interface Import {
  readonly file: string;
  readonly room: string;
  readonly specifier: string;
  /** Nothing is left of it when the types are. */
  readonly isType: boolean;
  /** The room imported from, for relative imports. */
  readonly target: string | undefined;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name))
    .sort();
}

function roomOf(path: string): string {
  const parts = relative(root, path).split('/');
  return parts[0] === 'webview' ? 'webview' : (parts[1] ?? '');
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const pattern = /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|[^\w.])import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    // Data of the project itself, such as package.json, is no room.
    const target = specifier.startsWith('.') && !specifier.endsWith('.json') ? roomOf(resolve(dirname(file), specifier)) : undefined;
    return { file: relative(root, file), room: roomOf(file), specifier, isType: /^\s*(import|export) type\b/.test(match[0]), target };
  });
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

describe('layers', () => {
  const imports = [...sourceFiles(join(root, 'src')), ...sourceFiles(join(root, 'webview'))].flatMap(importsOf);

  it('finds the imports it is to judge', () => {
    assert.ok(imports.length > 50, `only ${imports.length} imports found`);
    assert.ok(imports.some((i) => i.room === 'model' && i.target === 'text'));
  });

  it('knows every room', () => {
    assert.deepEqual([...new Set(imports.map((i) => i.room))].filter((room) => !(room in allowed)), []);
  });

  it('imports point one way', () => {
    const wrong = imports.filter((i) => i.target !== undefined && i.target !== i.room && !allowed[i.room]?.includes(i.target));
    assert.deepEqual(wrong.map((i) => `${i.file} imports ${i.specifier}`), []);
  });

  it('drivers run nothing of the model', () => {
    assert.deepEqual(imports.filter((i) => i.room === 'brokers' && i.target === 'model' && !i.isType).map((i) => `${i.file} imports ${i.specifier}`), []);
  });

  it('packages stay in the rooms that own them', () => {
    const wrong = imports.filter((i) => {
      if (i.target !== undefined) return false;
      const owner = owners[packageOf(i.specifier)];
      return owner !== undefined && !owner.includes(i.room);
    });
    assert.deepEqual(wrong.map((i) => `${i.file} imports ${i.specifier}`), []);
  });

  it('the core imports nothing of Node', () => {
    const wrong = imports.filter((i) => core.has(i.room) && (i.specifier.startsWith('node:') || builtinModules.includes(i.specifier)));
    assert.deepEqual(wrong.map((i) => `${i.file} imports ${i.specifier}`), []);
  });
});
