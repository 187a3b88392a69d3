import type { Experiment, RecurringRun, Run } from '../api/types';

/** Python that gets this run. */
export function runCode(run: Pick<Run, 'run_id'>): string {
  return python('run', 'get_run', run.run_id);
}

/** Python that gets this experiment. */
export function experimentCode(
  experiment: Pick<Experiment, 'experiment_id'>
): string {
  return python('experiment', 'get_experiment', experiment.experiment_id);
}

/** Python that gets this recurring run. */
export function recurringRunCode(
  recurring: Pick<RecurringRun, 'recurring_run_id'>
): string {
  return python(
    'recurring_run',
    'get_recurring_run',
    recurring.recurring_run_id
  );
}

function python(name: string, method: string, id: string): string {
  // An id is a UUID; a JSON string is a Python string, whatever else it were.
  return `import jupyter_kfp_auth as jka\n\n${name} = jka.connect().${method}(${JSON.stringify(id)})\n`;
}
