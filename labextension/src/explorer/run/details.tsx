import * as React from 'react';

import type { Metric, Task } from '../api/types';
import { CopyButton, IconButton } from '../components/controls';
import { Dotted, Facts, Values } from '../components/rows';
import { useTrans } from '../model/environment';
import type { Trans } from '../model/i18n';
import { StateIcon, StateWord } from '../components/states';
import { statusOf, stateWord } from '../model/states';
import { Duration, RelativeTime } from '../components/time';
import type { GraphNode } from './graph';
import { nodeStatus } from './graph';
import { metricText } from './metrics';

const MetricsContext = React.createContext<readonly Metric[]>([]);

/** The word for a node's state; one that has none has not started. */
export function nodeStateWord(node: GraphNode, trans: Trans): string {
  return stateWord(nodeStatus(node), trans);
}

/** The icon for a node's state. */
export function NodeStateIcon({ node }: { node: GraphNode }): JSX.Element {
  return <StateIcon state={nodeStatus(node)} />;
}

/** What kind of thing a node is. */
export function kindWord(node: GraphNode, trans: Trans): string {
  switch (node.kind) {
    case 'loop':
      return trans.__('Loop');
    case 'round':
      return trans.__('Loop iteration');
    case 'group':
      return node.condition
        ? trans.__('Condition')
        : trans.__('Group of tasks');
    case 'importer':
      return trans.__('Importer');
    case 'task':
      return trans.__('Task');
  }
}

/** All that is known of a node of the graph. */
export function NodeDetails(props: {
  node: GraphNode;
  onClose: () => void;
}): JSX.Element {
  const trans = useTrans();
  const { node } = props;
  const { task, spec } = node;
  return (
    <aside
      className="jp-kfp-Details"
      aria-label={trans.__('Details of %1', node.name)}
    >
      <div className="jp-kfp-Summary-title">
        <NodeStateIcon node={node} />
        <h4 title={node.name}>{node.name}</h4>
        <IconButton
          icon="close"
          label={trans.__('Close the details')}
          onClick={props.onClose}
        />
      </div>
      <p className="jp-kfp-Muted">
        <Dotted>
          {nodeStateWord(node, trans)}
          {kindWord(node, trans)}
          {task && <TaskDuration task={task} />}
        </Dotted>
      </p>
      {!task?.error ? null : (
        <pre className="jp-kfp-ErrorText" tabIndex={0}>
          {task.error}
        </pre>
      )}
      <Facts
        facts={[
          [trans.__('Runs if'), node.condition],
          [trans.__('For each of'), node.over],
          [
            trans.__('When it runs'),
            spec?.always ? trans.__('Always, as an exit handler') : ''
          ],
          [trans.__('Image'), spec?.image ?? '']
        ]}
      />
      {task && <TaskDetails task={task} error={false} />}
    </aside>
  );
}

/** Times, inputs, outputs and the states a task went through. */
export function TaskDetails(props: {
  task: Task;
  /** Whether the error is shown, too. */
  error?: boolean;
}): JSX.Element {
  const trans = useTrans();
  const { task } = props;
  return (
    <>
      {task.error && props.error !== false && (
        <pre className="jp-kfp-ErrorText">{task.error}</pre>
      )}
      <Facts
        facts={[
          [
            trans.__('Started'),
            task.started_at && (
              <RelativeTime key="start" time={task.started_at} />
            )
          ],
          [
            trans.__('Finished'),
            task.finished_at && (
              <RelativeTime key="end" time={task.finished_at} />
            )
          ],
          [trans.__('Task id'), task.task_id]
        ]}
      />
      <CopyButton text={task.task_id} label={trans.__('Copy the task id')} />
      <Reported task={task.task_id} />
      <Section title={trans.__('Inputs')} values={task.inputs} />
      <Section title={trans.__('Outputs')} values={task.outputs} />
      <History task={task} />
    </>
  );
}

/** Around the tasks of a run: what they have reported. */
export const MetricsProvider = MetricsContext.Provider;

/** What one task has reported. */
function Reported(props: { task: string }): JSX.Element | null {
  const trans = useTrans();
  const all = React.useContext(MetricsContext);
  const metrics = all.filter(({ task_id }) => task_id === props.task);
  return metrics.length > 0 ? (
    <>
      <h5 className="jp-kfp-Heading">{trans.__('Metrics')}</h5>
      <Facts
        facts={metrics.map(metric => [metric.name, metricText(metric, trans)])}
      />
    </>
  ) : null;
}

function Section(props: {
  title: string;
  values: Task['inputs'];
}): JSX.Element | null {
  return Object.keys(props.values).length > 0 ? (
    <>
      <h5 className="jp-kfp-Heading">{props.title}</h5>
      <Values values={props.values} />
    </>
  ) : null;
}

/** The states that a task, or a run, went through. */
export function History(props: {
  task: Pick<Task, 'state_history'>;
}): JSX.Element | null {
  const trans = useTrans();
  const { state_history: history } = props.task;
  return history.length > 0 ? (
    <>
      <h5 className="jp-kfp-Heading">{trans.__('State history')}</h5>
      <ol className="jp-kfp-History">
        {history.map((change, index) => (
          <li key={index}>
            <StateIcon state={change.state} />
            <span>
              <StateWord state={change.state} />
              {change.error && (
                <span className="jp-kfp-Muted"> {change.error}</span>
              )}
            </span>
            <RelativeTime
              className="jp-kfp-Age jp-kfp-Muted"
              time={change.update_time}
            />
          </li>
        ))}
      </ol>
    </>
  ) : null;
}

/** How long a task took, or takes so far. */
export function TaskDuration({ task }: { task: Task }): JSX.Element {
  return (
    <Duration
      from={task.started_at}
      to={task.finished_at}
      running={statusOf(task) === 'running'}
    />
  );
}
