import type { Run } from '../api/types';

/** One line of a comparison: a name, and the value of each run. */
export interface Line {
  name: string;
  /** As many as there are runs; empty where a run has none. */
  values: readonly string[];
  /** Whether the runs are not all the same in it. */
  differs: boolean;
}

/** The parameters of all runs, those that differ first. */
export function parameterLines(runs: readonly Run[]): Line[] {
  return linesOf(runs.map(run => run.parameters));
}

/**
 * The numbers, texts and truth values that tasks have put out, as `task.output`,
 * those that differ first.
 */
export function metricLines(runs: readonly Run[]): Line[] {
  return linesOf(runs.map(outputsOf));
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

function linesOf(all: readonly Readonly<Record<string, unknown>>[]): Line[] {
  const names = [...new Set(all.flatMap(values => Object.keys(values)))];
  return names
    .map(name => {
      const values = all.map(it => text(it[name]));
      return { name, values, differs: new Set(values).size > 1 };
    })
    .sort((one, other) => Number(other.differs) - Number(one.differs));
}

function text(value: unknown): string {
  return typeof value === 'string'
    ? value
    : value === undefined
      ? ''
      : JSON.stringify(value);
}
