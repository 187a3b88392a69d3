import * as React from 'react';

import { Button } from '../components/controls';
import { Icon } from '../components/icons';
import { Part } from '../components/part';
import { useTrans } from '../model/environment';
import type { ArtifactActions } from './artifact-row';
import { ArtifactRow } from './artifact-row';
import { taskText, withoutGroups } from './format';
import { Matrix } from './matrix';
import { MetricTable } from './metric-table';
import { RocPlot } from './roc-plot';
import type { RunOutputs, TaskOutputs } from '../api/types';
import type { ValueRow } from './value-table';
import { ValueTable } from './value-table';

/** What a run, or one of its tasks, produced: metrics first. */
export default function OutputsView(
  props: ArtifactActions & {
    outputs: RunOutputs;
    /** Said where there is nothing. */
    empty: string;
    /** Puts code that gets it all as a DataFrame into the notebook. */
    onInsert?: () => void;
  }
): JSX.Element {
  const trans = useTrans();
  const { outputs } = props;
  const { metrics, problem } = outputs;
  const tasks = React.useMemo(
    () => withoutGroups(outputs.tasks),
    [outputs.tasks]
  );
  const values = React.useMemo(() => valueRows(tasks), [tasks]);
  const drawn = tasks.filter(
    ({ curves, matrices }) => curves.length + matrices.length > 0
  );
  const artifacts = tasks.flatMap(task =>
    task.artifacts.map(artifact => ({ task, artifact }))
  );
  const nothing =
    metrics.length + values.length + drawn.length + artifacts.length === 0;
  return (
    <div className="jp-kfp-Outputs">
      {problem && (
        <p className="jp-kfp-Banner jp-mod-warning" role="status">
          <Icon name="warning" />
          <span>
            {problem.message} {problem.next_step}
          </span>
        </p>
      )}
      {nothing && !problem && <p className="jp-kfp-Empty">{props.empty}</p>}
      {metrics.length > 0 && (
        <Part title={trans.__('Metrics')}>
          <MetricTable metrics={metrics} />
          {props.onInsert && (
            <Button onClick={props.onInsert}>
              <Icon name="code" />
              {trans.__('Insert as DataFrame')}
            </Button>
          )}
        </Part>
      )}
      {drawn.length > 0 && (
        <Part title={trans.__('Curves and Matrices')}>
          <div className="jp-kfp-Plots">
            {drawn.map(task => (
              <Plots key={task.task_id} task={task} />
            ))}
          </div>
        </Part>
      )}
      {values.length > 0 && (
        <Part title={trans.__('Parameters')}>
          <ValueTable
            label={trans.__('Output parameters')}
            nameLabel={trans.__('Parameter')}
            rows={values}
          />
        </Part>
      )}
      {artifacts.length > 0 && (
        <Part title={trans.__('Artifacts')}>
          <ul className="jp-kfp-Artifacts">
            {artifacts.map(({ task, artifact }) => (
              <ArtifactRow
                key={`${task.task_id}/${artifact.id}`}
                {...props}
                artifact={artifact}
                path={task.path}
              />
            ))}
          </ul>
        </Part>
      )}
    </div>
  );
}

/** The curves of a task in one picture, and its matrices beside it. */
export function Plots({ task }: { task: TaskOutputs }): JSX.Element {
  const trans = useTrans();
  const name = taskText(task.path, trans) || task.task;
  const series = React.useMemo(
    () =>
      task.curves.map(({ artifact, points }) => ({
        name: task.curves.length > 1 ? `${name}: ${artifact}` : name,
        points
      })),
    [task.curves, name]
  );
  return (
    <>
      {series.length > 0 && <RocPlot series={series} />}
      {task.matrices.map((matrix, index) => (
        <Matrix key={index} matrix={matrix} name={name} />
      ))}
    </>
  );
}

function valueRows(tasks: readonly TaskOutputs[]): ValueRow[] {
  return tasks.flatMap(({ path, outputs }) =>
    Object.entries(outputs).map(([name, value]) => ({ path, name, value }))
  );
}
