import type { Trans } from '../model/i18n';
import { stateWord } from '../model/states';
import type { GraphNode } from './graph';
import { leavesOf, nodeStatus } from './graph';

/** How many tasks there are in each status; what comes from the cache has succeeded. */
export type Counts = ReadonlyMap<string, number>;

/** The order in which they are said and shown. */
const ORDER = [
  'succeeded',
  'skipped',
  'failed',
  'terminated',
  'terminating',
  'running',
  'paused',
  'pending',
  'not-started',
  'not-run',
  'unknown'
] as const;

/** What has come to its end. */
const OVER = ['succeeded', 'skipped', 'failed', 'terminated'] as const;

/** Counts the tasks of the definition, each iteration once it is known, and no groups. */
export function countTasks(nodes: readonly GraphNode[]): Counts {
  const counts = new Map<string, number>();
  for (const node of leavesOf(nodes)) {
    const status = nodeStatus(node);
    const counted =
      status === 'cached'
        ? 'succeeded'
        : (ORDER as readonly string[]).includes(status)
          ? status
          : 'unknown';
    counts.set(counted, (counts.get(counted) ?? 0) + 1);
  }
  return new Map(
    ORDER.flatMap(status => {
      const count = counts.get(status);
      return count ? [[status, count] as const] : [];
    })
  );
}

export function sumOf(counts: Counts): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** "3 of 6 tasks: 2 succeeded, 1 failed, 3 not run". */
export function countText(counts: Counts, trans: Trans): string {
  const all = sumOf(counts);
  const over = OVER.reduce((sum, status) => sum + (counts.get(status) ?? 0), 0);
  const head = trans._n('%2 of %1 task', '%2 of %1 tasks', all, over);
  if (counts.size === 1 && counts.has('succeeded')) {
    return head;
  }
  const each = [...counts].map(([status, count]) =>
    trans.__('%1 %2', count, stateWord(status, trans).toLowerCase())
  );
  return trans.__('%1: %2', head, each.join(', '));
}
