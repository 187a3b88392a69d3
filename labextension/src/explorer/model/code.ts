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

/** Python that gets what a run has put out, as a DataFrame. */
export function outputsCode(run: Pick<Run, 'run_id'>): string {
  return `${IMPORT}outputs = jka.connect().get_outputs(${JSON.stringify(run.run_id)})\noutputs.to_pandas()\n`;
}

/** Python that reads an artifact; `path` leads to it through the run's tasks. */
export function artifactCode(
  run: Pick<Run, 'run_id'>,
  path: readonly string[]
): string {
  const [name = '', task = ''] = [...path].reverse();
  const where = path.slice(0, -1);
  const test =
    where.length > 1
      ? `artifact.name == ${JSON.stringify(name)} and task.path == ${pythonTuple(where)}`
      : `artifact.name == ${JSON.stringify(name)} and task.task == ${JSON.stringify(task)}`;
  return [
    `${IMPORT}outputs = jka.connect().get_outputs(${JSON.stringify(run.run_id)})`,
    'artifact = next(',
    '    artifact',
    '    for task in outputs.tasks',
    '    for artifact in task.artifacts',
    `    if ${test}`,
    ')',
    'artifact.read()',
    ''
  ].join('\n');
}

function pythonTuple(texts: readonly string[]): string {
  return `(${texts.map(text => JSON.stringify(text)).join(', ')},)`;
}

/** A cell that makes the failed task one of the notebook's own. */
export function debugCode(run: Pick<Run, 'run_id'>, task: string): string {
  return `%load_ext jupyter_kfp_auth\n%kfp debug ${run.run_id} ${task}\n`;
}

/** Python that puts runs beside each other, as a DataFrame. */
export function compareCode(ids: readonly string[]): string {
  return `${IMPORT}comparison = jka.connect().compare_runs(${JSON.stringify(ids)})\ncomparison.to_pandas()\n`;
}

const IMPORT = 'import jupyter_kfp_auth as jka\n\n';

function python(name: string, method: string, id: string): string {
  // An id is a UUID; a JSON string is a Python string, whatever else it were.
  return `${IMPORT}${name} = jka.connect().${method}(${JSON.stringify(id)})\n`;
}
