import type { Run, RunComparison, Task } from '../api/types';
import type { Trans } from '../model/i18n';
import { taskName, taskRows } from '../model/tasks';
import { metricText } from '../run/metrics';
import { defaultsOf } from '../run/definition';

/** One row of a comparison: a key, and what each run has there. */
export interface Row<T> {
  key: string;
  /** As many as there are runs; undefined where a run has none. */
  values: readonly (T | undefined)[];
  /** Whether the runs are not all the same in it. */
  differs: boolean;
}

/** A parameter of a run. */
export interface Argument {
  value: unknown;
  /** Whether the run was not given it. */
  isDefault: boolean;
}

/** A metric as it is compared: a number where it is one. */
export type MetricValue = number | string | boolean;

/** The parameters of all runs; defaults count as values. */
export function argumentRows(runs: readonly Run[]): Row<Argument>[] {
  const all = runs.map(run => {
    const defaults = Object.entries(defaultsOf(run.pipeline_spec)).map(
      ([name, value]) => [name, { value, isDefault: true }] as const
    );
    const given = Object.entries(run.parameters).map(
      ([name, value]) => [name, { value, isDefault: false }] as const
    );
    return new Map<string, Argument>([...defaults, ...given]);
  });
  return rowsOf(all, argument => JSON.stringify(argument.value));
}

/** The metrics of all runs: what tasks have reported, and what is in the metadata store. */
export function metricRows(
  runs: readonly Run[],
  comparison: RunComparison | undefined,
  trans: Trans
): Row<MetricValue>[] {
  const reported = runs.map(
    run =>
      new Map<string, MetricValue>(
        run.metrics.map(metric => [
          metric.name,
          metric.percentage ? metricText(metric, trans) : metric.value
        ])
      )
  );
  const rows = rowsOf(reported, String);
  const columns = runs.map(run =>
    (comparison?.runs ?? []).findIndex(({ run_id }) => run_id === run.run_id)
  );
  const stored = comparison?.metrics ?? [];
  const names = stored.map(({ name }) => name);
  for (const metric of stored) {
    const { name, task, artifact } = metric;
    const unique = names.indexOf(name) === names.lastIndexOf(name);
    const values = columns.map(column => metric.values[column] ?? undefined);
    rows.push({
      key: unique ? name : [task, artifact, name].filter(Boolean).join('.'),
      values,
      differs: new Set(values).size > 1
    });
  }
  return rows;
}

/** The numbers, texts and truth values that tasks have put out, as `task.output`. */
export function outputRows(runs: readonly Run[]): Row<MetricValue>[] {
  return rowsOf(
    runs.map(run => {
      const found = new Map<string, MetricValue>();
      for (const task of run.tasks) {
        for (const [name, value] of Object.entries(task.outputs)) {
          if (
            typeof value === 'number' ||
            typeof value === 'string' ||
            typeof value === 'boolean'
          ) {
            found.set(`${task.display_name || task.task_id}.${name}`, value);
          }
        }
      }
      return found;
    }),
    String
  );
}

/** The tasks as they are nested, `group › task`, in the order of the first run that has them. */
export function taskRowsOf(runs: readonly Run[], trans: Trans): Row<Task>[] {
  return rowsOf(
    runs.map(run => {
      const found = new Map<string, Task>();
      const around: string[] = [];
      for (const { task, depth } of taskRows(run.tasks)) {
        around.splice(depth, around.length, taskName(task, trans));
        const path = around.join(' › ');
        // Of several with the same name, the first stands for all.
        found.set(path, found.get(path) ?? task);
      }
      return found;
    }),
    task => task.status || task.state
  );
}

function rowsOf<T>(
  all: readonly ReadonlyMap<string, T>[],
  sameness: (value: T) => string
): Row<T>[] {
  const keys = [...new Set(all.flatMap(values => [...values.keys()]))];
  return keys.map(key => {
    const values = all.map(it => it.get(key));
    const kinds = new Set(
      values.map(value => (value === undefined ? undefined : sameness(value)))
    );
    return { key, values, differs: kinds.size > 1 };
  });
}

/** Which of the values are best; none where not at least two are numbers. */
export function bestOf(
  values: readonly unknown[],
  better: 'max' | 'min'
): ReadonlySet<number> {
  const numbers = values.filter(value => typeof value === 'number');
  if (numbers.length < 2) {
    return new Set();
  }
  const best = better === 'max' ? Math.max(...numbers) : Math.min(...numbers);
  return new Set(
    values.flatMap((value, index) => (value === best ? [index] : []))
  );
}
