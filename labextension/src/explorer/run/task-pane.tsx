import * as React from 'react';

import type { Run, Task } from '../api/types';
import { Button, CopyButton, IconButton } from '../components/controls';
import { Icon } from '../components/icons';
import { Dotted, Facts } from '../components/rows';
import { StateIcon } from '../components/states';
import { Span } from '../components/time';
import { Arguments } from '../components/value-view';
import type { ViewTab } from '../components/view-tabs';
import { ViewTabs } from '../components/view-tabs';
import { useTrans } from '../model/environment';
import type { View } from '../model/navigation';
import { useOutputs } from '../model/run-data';
import { LogTail } from '../log/log-tail';
import {
  History,
  kindWord,
  NodeStateIcon,
  nodeStateWord,
  Reported
} from './details';
import type { GraphNode } from './graph';
import { nodeStatus, pathToNode } from './graph';
import { reasonOf } from './reason';

const TaskOutputs = React.lazy(() => import('./outputs-tab'));

type Section = 'log' | 'inputs' | 'outputs' | 'details';

/** All that is known of a node of the graph. */
export function TaskPane(props: {
  run: Run;
  node: GraphNode;
  nodes: readonly GraphNode[];
  /** Whether it takes the whole page, and leads back. */
  page: boolean;
  onClose: () => void;
  onLog: () => void;
  onOpen: (view: View) => void;
}): JSX.Element {
  const trans = useTrans();
  const { node, nodes, page, onClose } = props;
  const { task } = node;
  const status = nodeStatus(node);
  const leaf = node.kind === 'task' || node.kind === 'importer';
  const around = pathToNode(nodes, node.id).slice(0, -1);
  return (
    <aside
      className="jp-kfp-Details"
      aria-label={trans.__('Details of %1', node.name)}
    >
      <div className="jp-kfp-Summary-title">
        {page && (
          <IconButton
            icon="back"
            label={trans.__('Back to the tasks')}
            onClick={onClose}
          />
        )}
        <NodeStateIcon node={node} />
        <h4 title={node.name}>
          <bdi>{node.name}</bdi>
        </h4>
        {task && (
          <CopyButton
            icon
            text={task.task_id}
            label={trans.__('Copy the task id')}
          />
        )}
        {!page && (
          <IconButton
            icon="close"
            label={trans.__('Close the details')}
            onClick={onClose}
          />
        )}
      </div>
      {around.length > 0 && (
        <p className="jp-kfp-Muted">
          {around.map(({ name }) => name).join(' › ')}
        </p>
      )}
      <p className="jp-kfp-Muted">
        <Dotted>
          <b className={`jp-kfp-Word jp-mod-${status}`}>
            {nodeStateWord(node, trans)}
          </b>
          {!leaf && kindWord(node, trans)}
          {task && (
            <Span
              from={task.started_at}
              to={task.finished_at}
              running={status === 'running'}
            />
          )}
        </Dotted>
      </p>
      <Why node={node} />
      <FromCache node={node} onOpen={props.onOpen} />
      <Sections key={node.id} {...props} leaf={leaf} status={status} />
    </aside>
  );
}

/** Why it failed, or what it waits for. */
function Why({ node }: { node: GraphNode }): JSX.Element | null {
  const reason = node.task && reasonOf(node.task);
  const message = reason?.message || node.task?.error;
  return message ? (
    <div className={`jp-kfp-Why jp-mod-${nodeStatus(node)}`}>
      <p tabIndex={0}>{message}</p>
      {reason?.next_step && <p>{reason.next_step}</p>}
    </div>
  ) : null;
}

/** Which run made what this one took from the cache. */
function FromCache(props: {
  node: GraphNode;
  onOpen: (view: View) => void;
}): JSX.Element | null {
  const trans = useTrans();
  const from = props.node.task?.cached_from ?? '';
  return from ? (
    <p>
      <Icon name="cached" /> {trans.__('From the cache of another run.')}{' '}
      <button
        type="button"
        className="jp-kfp-LinkButton"
        onClick={() => props.onOpen({ kind: 'run', id: from, query: {} })}
      >
        {trans.__('Open That Run')}
      </button>
    </p>
  ) : null;
}

function Sections(props: {
  run: Run;
  node: GraphNode;
  leaf: boolean;
  status: string;
  onLog: () => void;
}): JSX.Element {
  const trans = useTrans();
  const { run, node, leaf, status } = props;
  const { task } = node;
  const panel = React.useId();
  const told = task !== null && leaf;
  const sections: (ViewTab<Section> | false)[] = [
    told && status !== 'skipped' && { id: 'log', label: trans.__('Log') },
    task !== null && { id: 'inputs', label: trans.__('Inputs') },
    task !== null && { id: 'outputs', label: trans.__('Outputs') },
    { id: 'details', label: trans.__('Details') }
  ];
  const tabs = sections.filter(section => section !== false);
  const [chosen, setChosen] = React.useState<Section>(() =>
    firstSection(status, told)
  );
  const section = tabs.some(({ id }) => id === chosen) ? chosen : 'details';
  return (
    <>
      <ViewTabs
        label={trans.__('Parts of the details')}
        tabs={tabs}
        value={section}
        onChange={setChosen}
        controls={panel}
      />
      <div
        id={panel}
        role="tabpanel"
        className="jp-kfp-Details-section"
        aria-label={tabs.find(({ id }) => id === section)?.label}
      >
        {section === 'log' && task && (
          <>
            <LogTail
              key={task.task_id}
              run={run.run_id}
              task={task.task_id}
              name={node.name}
              live={status === 'running'}
            />
            <Button onClick={props.onLog}>{trans.__('Open Log')}</Button>
          </>
        )}
        {section === 'inputs' && task && <Inputs run={run} node={node} />}
        {section === 'outputs' && task && (
          <>
            <Reported task={task.task_id} />
            {Object.keys(task.outputs).length > 0 && (
              <Arguments values={task.outputs} />
            )}
            <React.Suspense fallback={null}>
              <TaskOutputs run={run} task={task.task_id} quiet />
            </React.Suspense>
          </>
        )}
        {section === 'details' && <Details node={node} />}
      </div>
    </>
  );
}

function firstSection(status: string, told: boolean): Section {
  switch (status) {
    case 'failed':
    case 'running':
      return told ? 'log' : 'details';
    case 'succeeded':
    case 'cached':
      return 'outputs';
    default:
      return 'details';
  }
}

/** What a task took: from Pipelines where it tells, else from the metadata store. */
function Inputs(props: { run: Run; node: GraphNode }): JSX.Element {
  const trans = useTrans();
  const { run, node } = props;
  const id = node.task?.task_id ?? '';
  const { outputs } = useOutputs(run, id);
  const stored = outputs?.tasks.find(({ task_id }) => task_id === id);
  const values = { ...node.task?.inputs, ...stored?.inputs };
  const artifacts = stored?.input_artifacts ?? [];
  if (Object.keys(values).length + artifacts.length === 0) {
    return (
      <p className="jp-kfp-Muted">
        {outputs?.problem?.message ?? trans.__('This task has no inputs.')}
      </p>
    );
  }
  return (
    <>
      <Arguments values={values} />
      {artifacts.length > 0 && (
        <Facts
          facts={artifacts.map(({ name, uri }) => [
            name,
            <span key={name} className="jp-kfp-Uri">
              {uri}
            </span>
          ])}
        />
      )}
    </>
  );
}

/** The pods of a task, one for each attempt; they may be gone by now. */
function Pods({ task }: { task: Task }): JSX.Element | null {
  const trans = useTrans();
  const { pods } = task;
  return pods.length > 0 ? (
    <>
      <h5 className="jp-kfp-Heading">{trans.__('Pods')}</h5>
      <ul className="jp-kfp-Pods">
        {pods.map(pod => (
          <li key={`${pod.kind}/${pod.name}`}>
            <StateIcon state={pod.state} />
            <span>
              {pod.kind === 'driver'
                ? trans.__('driver')
                : trans.__('attempt %1', pod.attempt)}
            </span>
            <code>{pod.name}</code>
            <CopyButton
              icon
              text={pod.name}
              label={trans.__('Copy the name of the pod %1', pod.name)}
            />
          </li>
        ))}
      </ul>
    </>
  ) : null;
}

function Details({ node }: { node: GraphNode }): JSX.Element {
  const trans = useTrans();
  const { task, spec } = node;
  return (
    <>
      <Facts
        facts={[
          [trans.__('Kind'), kindWord(node, trans)],
          [trans.__('Runs if'), node.condition],
          [trans.__('For each of'), node.over],
          [
            trans.__('When it runs'),
            spec?.always ? trans.__('Always, as an exit handler') : ''
          ],
          [trans.__('Image'), spec?.image ?? ''],
          [trans.__('Task id'), task?.task_id ?? '']
        ]}
      />
      {task && <Pods task={task} />}
      {task && <History task={task} />}
    </>
  );
}
