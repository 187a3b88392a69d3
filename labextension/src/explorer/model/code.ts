import type { Run } from '../api/types';
import type { Subject } from './subject';
import { idOf } from './subject';

const METHODS: Readonly<Record<Subject['kind'], [string, string] | null>> = {
  run: ['run', 'get_run'],
  experiment: ['experiment', 'get_experiment'],
  'recurring-run': ['recurring_run', 'get_recurring_run'],
  pipeline: ['pipeline', 'get_pipeline'],
  'pipeline-version': null
};

/** Python that gets these things; empty where there is no method for it. */
export function pythonOf(subjects: readonly Subject[]): string {
  const [first] = subjects;
  const method = first && METHODS[first.kind];
  if (first && method && subjects.length === 1) {
    return `${IMPORT}${method[0]} = jka.connect().${method[1]}(${quoted(first)})\n`;
  }
  const lines = subjects.flatMap((subject, index) => {
    const method = METHODS[subject.kind];
    return method
      ? [`${method[0]}${index + 1} = kfp.${method[1]}(${quoted(subject)})`]
      : [];
  });
  return lines.length > 0
    ? `${IMPORT}kfp = jka.connect()\n${lines.join('\n')}\n`
    : '';
}

/** Python that gets the outputs of runs as a table; empty for other things. */
export function dataFrameOf(subjects: readonly Subject[]): string {
  const runs = subjects.flatMap(it => (it.kind === 'run' ? [it.item] : []));
  const [first] = runs;
  if (!first || runs.length < subjects.length) {
    return '';
  }
  return runs.length === 1
    ? outputsCode(first)
    : compareCode(runs.map(({ run_id }) => run_id));
}

/** The `%kfp` line that shows a thing; empty where there is none. */
export function magicOf(subject: Subject): string {
  const id = idOf(subject);
  switch (subject.kind) {
    case 'run':
      return magic(`%kfp run ${id}`);
    case 'experiment':
      return magic(`%kfp runs -e ${id}`);
    case 'pipeline':
      return magic(`%kfp versions ${id}`);
    default:
      return '';
  }
}

/** A cell that makes the task that failed first one of the notebook's own. */
export function debugOf(run: string): string {
  return magic(`%kfp debug ${run}`);
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

function magic(line: string): string {
  return `%load_ext jupyter_kfp_auth\n${line}\n`;
}

/** An id is a UUID; a JSON string is a Python string, whatever else it were. */
function quoted(subject: Subject): string {
  return JSON.stringify(idOf(subject));
}
