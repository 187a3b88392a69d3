import * as React from 'react';

import type { Metric, Task } from '../api/types';
import { Facts } from '../components/rows';
import { useTrans } from '../model/environment';
import type { Trans } from '../model/i18n';
import { StateIcon, StateWord } from '../components/states';
import { statusOf, stateWord } from '../model/states';
import { ClockTime, Duration } from '../components/time';
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

/** Around the tasks of a run: what they have reported. */
export const MetricsProvider = MetricsContext.Provider;

/** What one task has reported. */
export function Reported(props: { task: string }): JSX.Element | null {
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

/** The states that a task, or a run, went through. */
export function History(props: {
  task: Pick<Task, 'state_history'>;
}): JSX.Element | null {
  const trans = useTrans();
  const { state_history: history } = props.task;
  // Pipelines writes FAILED for what was terminated.
  const stopped = history.findIndex(({ state }) => state === 'CANCELING');
  const words = history.map(({ state }, index) =>
    state === 'FAILED' && stopped >= 0 && index > stopped ? 'terminated' : state
  );
  return history.length > 0 ? (
    <>
      <h5 className="jp-kfp-Heading">{trans.__('State history')}</h5>
      <ol className="jp-kfp-History">
        {history.map((change, index) => (
          <li key={index}>
            <StateIcon state={words[index] ?? change.state} />
            <span>
              <StateWord state={words[index] ?? change.state} />
              {change.error && (
                <span className="jp-kfp-Muted"> {change.error}</span>
              )}
            </span>
            <ClockTime
              className="jp-kfp-Age jp-kfp-Muted"
              time={change.update_time}
            />
          </li>
        ))}
      </ol>
    </>
  ) : null;
}

/** How long a task took, or takes so far; Argo gives times to what never ran, too. */
export function TaskDuration({ task }: { task: Task }): JSX.Element | null {
  return hasRun(task) ? (
    <Duration
      from={task.started_at}
      to={task.finished_at}
      running={statusOf(task) === 'running'}
    />
  ) : null;
}

/** Whether the times of a task are its own. */
export function hasRun(task: Task): boolean {
  return !['not-run', 'not-started', 'skipped'].includes(statusOf(task));
}
