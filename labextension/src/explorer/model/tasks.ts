import type { Task } from '../api/types';
import type { Trans } from './i18n';

const ROUND = /^iteration-(\d+)$/;

/** A task and how deep it is nested. */
export interface TaskRow {
  task: Task;
  depth: number;
}

/** Which round of a loop a task is, from 0; Infinity for one that is no round. */
export function roundIndex(task: Task): number {
  const index = ROUND.exec(task.display_name)?.[1];
  return index === undefined ? Infinity : Number(index);
}

/** What a task is called. */
export function taskName(task: Task, trans: Trans): string {
  const index = roundIndex(task);
  return index < Infinity
    ? trans.__('Iteration %1', index)
    : task.display_name || task.task_id;
}

/** The tasks in the order in which they began, each below the one it belongs to. */
export function taskRows(tasks: readonly Task[]): TaskRow[] {
  const known = new Set(tasks.map(task => task.task_id));
  const children = new Map<string, Task[]>();
  for (const task of tasks) {
    const parent = known.has(task.parent_task_id) ? task.parent_task_id : '';
    children.set(parent, [...(children.get(parent) ?? []), task]);
  }
  const rows: TaskRow[] = [];
  const seen = new Set<string>();
  const visit = (parent: string, depth: number): void => {
    for (const task of (children.get(parent) ?? []).sort(byBeginning)) {
      if (!seen.has(task.task_id)) {
        seen.add(task.task_id);
        rows.push({ task, depth });
        visit(task.task_id, depth + 1);
      }
    }
  };
  const [top, ...others] = children.get('') ?? [];
  if (top?.display_name === 'root' && others.length === 0) {
    // What all tasks of a run have above them says nothing.
    seen.add(top.task_id);
    visit(top.task_id, 0);
  } else {
    visit('', 0);
  }
  // Tasks that name each other as parents belong nowhere, but are not lost.
  for (const task of tasks) {
    if (!seen.has(task.task_id)) {
      rows.push({ task, depth: 0 });
    }
  }
  return rows;
}

/** What began earlier comes first; the rounds of a loop have an order of their own. */
function byBeginning(one: Task, other: Task): number {
  const rounds = roundIndex(one) - roundIndex(other);
  if (Number.isFinite(rounds)) {
    return rounds;
  }
  return (
    order(one.started_at) - order(other.started_at) ||
    order(one.created_at) - order(other.created_at)
  );
}

/** What has no time comes last. */
function order(time: string | null): number {
  return time ? Date.parse(time) : Number.MAX_SAFE_INTEGER;
}
