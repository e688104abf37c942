import { guarantees, levels, presets } from '../../lint/config';
import { protocols } from '../../model/settings';
import type { SourceFile } from '../../text/sourceFile';
import type { Completion } from '../completion';
import { ruleDoc } from '../ruleDoc';
import { cursorAt, type Cursor } from '../semantic/cursor';
import { ruleNames } from './ignore';
import { key, scalar } from './proposal';

const keys: Readonly<Record<string, { readonly shape: 'value' | 'map' | 'list'; readonly docs: string }>> = {
  rules: {
    shape: 'map',
    docs: 'The level of a rule, of a group (`producer/*`) or of all (`"*"`): off, info, warning or error.',
  },
  presets: { shape: 'list', docs: 'What `rules` starts from.' },
  overrides: { shape: 'list', docs: 'Levels for the files that globs take in.' },
  environments: { shape: 'map', docs: 'Levels for what is on brokers of an environment, such as `production`.' },
  exclude: { shape: 'list', docs: 'Globs of files that are left out, relative to this folder.' },
  disabledDialects: { shape: 'list', docs: 'Kinds of files that are left alone, such as `docker-compose`.' },
  profile: { shape: 'value', docs: 'Which of `dev`, `test`, `prod` and the like holds where files tell them apart.' },
  guarantee: { shape: 'value', docs: 'The guarantee that is wanted where nobody declares one.' },
  environment: { shape: 'value', docs: 'The environment of brokers that state none.' },
  naming: { shape: 'value', docs: 'A regular expression that names of channels must match, or one a protocol; see `ops/naming`.' },
  baseline: { shape: 'value', docs: 'A file of known problems, which are not reported again.' },
  compat: { shape: 'map', docs: 'What contracts are compared with; see `schema/incompatible`.' },
};

const environments = ['production', 'staging', 'development'];

/** Keys, rule names and levels in `tailrace.config.yaml`. */
export function completeConfig(file: SourceFile, offset: number): readonly Completion[] {
  const cursor = cursorAt(file.text, offset);
  if (cursor === undefined) return [];
  const place = cursor.path.filter((step) => typeof step === 'string').join('/');
  if (cursor.at === 'value') return values(cursor, [place, cursor.key].filter(Boolean).join('/'));
  const items = cursor.item ? values(cursor, place) : [];
  return [...items, ...keysAt(cursor, place)].filter((c) => !cursor.siblings.includes(c.label));
}

function keysAt(cursor: Cursor, place: string): readonly Completion[] {
  switch (place) {
    case '':
      return Object.entries(keys).map(([name, { shape, docs }]) => key(cursor, name, shape, { docs }));
    case 'overrides':
      return [
        key(cursor, 'files', 'list', { docs: 'Globs, relative to this folder.' }),
        key(cursor, 'rules', 'map', { docs: keys.rules?.docs }),
      ];
    case 'environments':
      return environments.map((name) => key(cursor, name, 'map', { docs: 'Levels for what is on brokers of this environment.' }));
    case 'compat':
      return [key(cursor, 'against', 'value', { docs: 'A branch, tag or commit. Without it, where the branch left the default one.' })];
    case 'naming':
      return protocols.map((name) => key(cursor, name, 'value', { docs: 'A regular expression that names must match as a whole.' }));
    case 'rules':
    case 'overrides/rules': {
      const names = ruleNames();
      const groups = [...new Set(names.map((name) => `${name.split('/')[0]}/*`))];
      return [...names, ...groups].map((name) =>
        key(cursor, name, 'value', { kind: 'rule', docs: ruleDoc(name) ?? 'All rules of this group.' }),
      );
    }
    default:
      if (/^environments\/[^/]+$/.test(place)) return [key(cursor, 'rules', 'map', { docs: keys.rules?.docs })];
      return /^environments\/[^/]+\/rules$/.test(place) ? keysAt(cursor, 'rules') : [];
  }
}

function values(cursor: Cursor, place: string): readonly Completion[] {
  const offer = (
    all: readonly string[],
    docs?: (value: string) => string | undefined,
  ): readonly Completion[] =>
    all.map((value, i) => scalar(cursor, value, 'value', { docs: docs?.(value), sort: String(i) }));
  if (place === 'guarantee') return offer(guarantees);
  if (place === 'profile') return offer(['prod', 'test', 'dev']);
  if (place === 'presets')
    return offer(Object.keys(presets), (name) => presets[name as keyof typeof presets]);
  if (place === 'environment') return offer(environments);
  return /^((overrides|environments\/[^/]+)\/)?rules\//.test(place) ? offer(levels) : [];
}
