import { get } from '../../syntax/tree';
import { defined } from '../shared/defined';
import { nodeRange } from '../shared/places';
import { dialect, listOf, nameAt, vhostOf, type Context } from './context';

/**
 * Reads `permissions` and `topic_permissions`. The patterns are kept as they are written: an empty one
 * allows nothing but the names that the server makes itself, `.*` everything (docs/access-control).
 */
export function readPermissions(c: Context): void {
  for (const key of ['permissions', 'topic_permissions'] as const) {
    for (const node of listOf(c, key)) {
      const user = nameAt(c, get(node, 'user'));
      if (user === undefined || user.value === '') continue;
      c.facts.push(defined({
        kind: 'permission' as const, dialect, extent: nodeRange(c.file, node), user, vhost: vhostOf(c, node),
        configure: nameAt(c, get(node, 'configure')), write: nameAt(c, get(node, 'write')),
        read: nameAt(c, get(node, 'read')),
        exchange: key === 'topic_permissions' ? nameAt(c, get(node, 'exchange')) : undefined,
      }));
    }
  }
}
