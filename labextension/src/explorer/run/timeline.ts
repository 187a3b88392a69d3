import { isFinished } from '../model/states';
import type { GraphNode } from './graph';
import { nodeStatus } from './graph';

/** A row of the timeline. Times are milliseconds since 1970. */
export interface TimelineRow {
  node: GraphNode;
  depth: number;
  /** Since when it waited to begin; null where it did not, or that is not known. */
  waited: number | null;
  /** Null while it has not begun. */
  start: number | null;
  /** Null while it goes on. */
  end: number | null;
}

/** What Pipelines tells of, in the order of its beginning, each below its group. */
export function timelineRows(nodes: readonly GraphNode[]): TimelineRow[] {
  const rows: TimelineRow[] = [];
  const visit = (
    siblings: readonly GraphNode[],
    depth: number,
    since: number
  ): void => {
    const ends = new Map(
      siblings.map(({ id, task }) => [id, time(task?.finished_at) ?? 0])
    );
    const begun = siblings
      .filter(({ task }) => task !== null)
      .map(node => {
        const before = node.after.map(id => ends.get(id) ?? 0);
        return rowOf(node, depth, Math.max(since, ...before));
      })
      .sort((one, other) => order(one) - order(other));
    for (const row of begun) {
      rows.push(row);
      visit(row.node.children ?? [], depth + 1, row.start ?? since);
    }
  };
  visit(nodes, 0, 0);
  return rows;
}

/** `ready` is when nothing was in its way any more. */
function rowOf(node: GraphNode, depth: number, ready: number): TimelineRow {
  const { task } = node;
  const end = time(task?.finished_at);
  // Argo gives times to what never runs, too.
  const ran = nodeStatus(node) !== 'not-run';
  const start = ran ? (time(task?.started_at) ?? end) : null;
  const created = time(task?.created_at);
  const since = created === null ? null : Math.max(created, ready);
  const waits =
    node.children === null && since !== null && start !== null && since < start;
  return {
    node,
    depth,
    waited: waits ? since : null,
    start,
    end: ran ? (end ?? (isFinished(node) ? start : null)) : null
  };
}

function order({ start }: TimelineRow): number {
  return start ?? Number.MAX_SAFE_INTEGER;
}

function time(text: string | null | undefined): number | null {
  const milliseconds = text ? Date.parse(text) : NaN;
  return Number.isNaN(milliseconds) ? null : milliseconds;
}

/** The time that a timeline shows (milliseconds), and where its ticks are. */
export interface Scale {
  from: number;
  to: number;
  /** Between two ticks. */
  step: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map(count => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map(count => count * MINUTE),
  ...[1, 2, 3, 6, 12].map(count => count * HOUR),
  ...[1, 2, 7, 14, 28].map(count => count * DAY)
];

/** The scale on which all rows can be seen, with at most `ticks` steps. */
export function scaleOf(
  rows: readonly TimelineRow[],
  now: number,
  ticks: number
): Scale {
  let from = Infinity;
  let to = -Infinity;
  let open = false;
  for (const { waited, start, end } of rows) {
    if (start !== null) {
      from = Math.min(from, waited ?? start);
      to = Math.max(to, end ?? Math.max(now, start));
      open ||= end === null;
    }
  }
  if (from > to) {
    return { from: now, to: now + SECOND, step: SECOND };
  }
  const known = Math.max(to - from, SECOND);
  // While something goes on, the axis doubles now and then, instead of creeping.
  const length = open
    ? SECOND * 2 ** Math.ceil(Math.log2(known / SECOND))
    : known;
  const most = Math.max(1, ticks);
  const step =
    STEPS.find(it => length / it <= most) ??
    Math.ceil(length / most / DAY) * DAY;
  return { from, to: from + length, step };
}

/** Where a time is on the scale: 0 at its beginning, 100 at its end. */
export function percent(scale: Scale, time: number): number {
  const share = (time - scale.from) / (scale.to - scale.from);
  return Math.min(100, Math.max(0, share * 100));
}

/** Where the ticks are (milliseconds since the beginning). */
export function ticksOf({ from, to, step }: Scale): number[] {
  const count = Math.floor((to - from) / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}
