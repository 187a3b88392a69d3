import type { Run } from '../api/types';
import type { Trans } from '../model/i18n';
import { taskName, taskRows } from '../model/tasks';
import { metricText } from '../run/metrics';

/** One line of a comparison: a name, and what each run has there. */
export interface Line<T = string> {
  name: string;
  /** As many as there are runs; undefined where a run has none. */
  values: readonly (T | undefined)[];
  /** Whether the runs are not all the same in it. */
  differs: boolean;
}

/** How a task went. */
export interface TaskCell {
  state: string;
  status?: string;
  started_at: string | null;
  finished_at: string | null;
}

/** The parameters of all runs, those that differ first. */
export function parameterLines(runs: readonly Run[]): Line[] {
  return textLines(runs.map(run => run.parameters));
}

/** The metrics that tasks have reported, those that differ first. */
export function metricLines(runs: readonly Run[], trans: Trans): Line[] {
  return textLines(
    runs.map(run =>
      Object.fromEntries(
        run.metrics.map(metric => [metric.name, metricText(metric, trans)])
      )
    )
  );
}

/**
 * The numbers, texts and truth values that tasks have put out, as `task.output`,
 * those that differ first.
 */
export function outputLines(runs: readonly Run[]): Line[] {
  return textLines(runs.map(outputsOf));
}

/** The tasks as they are nested, `group › task`, in the order of the first run that has them. */
export function taskLines(
  runs: readonly Run[],
  trans: Trans
): Line<TaskCell>[] {
  const all = runs.map(run => tasksOf(run, trans));
  return namesOf(all).map(name => {
    const values = all.map(tasks => tasks[name]);
    const states = new Set(values.map(value => value?.state));
    return { name, values, differs: states.size > 1 };
  });
}

function tasksOf(run: Run, trans: Trans): Record<string, TaskCell> {
  const found: Record<string, TaskCell> = {};
  const around: string[] = [];
  for (const { task, depth } of taskRows(run.tasks)) {
    around.splice(depth, around.length, taskName(task, trans));
    const path = around.join(' › ');
    // Of several with the same name, the first stands for all.
    found[path] ??= task;
  }
  return found;
}

function outputsOf(run: Run): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const task of run.tasks) {
    for (const [name, value] of Object.entries(task.outputs)) {
      if (['number', 'string', 'boolean'].includes(typeof value)) {
        found[`${task.display_name || task.task_id}.${name}`] = value;
      }
    }
  }
  return found;
}

function textLines(all: readonly Readonly<Record<string, unknown>>[]): Line[] {
  return namesOf(all)
    .map(name => {
      const values = all.map(it => text(own(it, name)));
      return { name, values, differs: new Set(values).size > 1 };
    })
    .sort((one, other) => Number(other.differs) - Number(one.differs));
}

function namesOf(all: readonly object[]): string[] {
  return [...new Set(all.flatMap(values => Object.keys(values)))];
}

function own(values: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' || value === undefined
    ? value
    : JSON.stringify(value);
}
