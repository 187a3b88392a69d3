import * as React from 'react';

import type { Run } from '../api/types';
import { useTrans } from '../model/environment';
import { useLogSource } from '../model/run-data';
import { isUnfinished } from '../model/states';
import LogView from '../log/log-view';
import { nodeStateWord } from './details';
import type { RunState } from './folding';
import type { GraphNode } from './graph';
import { leavesOf, nodeStatus, pathToNode } from './graph';

/** More than this are not listed in the choice of tasks. */
const LISTED = 200;

/** The log of the selected task, or of that which matters most. */
export default function LogTab(props: {
  run: Run;
  state: RunState;
}): JSX.Element {
  const trans = useTrans();
  const { run, state } = props;
  const { nodes, selected, onSelect } = state;
  const leaves = React.useMemo(
    () => [...leavesOf(nodes)].filter(({ task }) => task !== null),
    [nodes]
  );
  const node =
    leaves.find(({ id }) => id === selected) ?? mostImportant(leaves);
  if (!node?.task) {
    return (
      <p className="jp-kfp-Empty">
        {isUnfinished(run)
          ? trans.__('No task has begun yet.')
          : trans.__('No task of this run has a log.')}
      </p>
    );
  }
  return (
    <TaskLog key={node.task.task_id} run={run} node={node}>
      <select
        className="jp-kfp-Select"
        aria-label={trans.__('Task')}
        value={node.id}
        onChange={event => onSelect(event.target.value)}
      >
        {listed(leaves, node).map(leaf => (
          <option key={leaf.id} value={leaf.id}>
            {`${nameIn(nodes, leaf)} · ${nodeStateWord(leaf, trans)}`}
          </option>
        ))}
      </select>
    </TaskLog>
  );
}

function TaskLog(props: {
  run: Run;
  node: GraphNode;
  children: React.ReactNode;
}): JSX.Element {
  const { run, node } = props;
  const source = useLogSource(run.run_id, node.task?.task_id ?? '');
  const status = nodeStatus(node);
  const live = isUnfinished(run) && isUnfinished(node);
  return (
    <LogView
      source={source}
      name={node.name}
      start={status === 'failed' ? 'error' : live ? 'end' : 'beginning'}
      live={live}
    >
      {props.children}
    </LogView>
  );
}

/** Failed tasks, then running ones, then the last that ended. */
const IMPORTANT = ['failed', 'running', 'terminated', 'succeeded'] as const;

function mostImportant(leaves: readonly GraphNode[]): GraphNode | undefined {
  for (const status of IMPORTANT) {
    const found = leaves.filter(leaf => nodeStatus(leaf) === status);
    const best = found.sort((one, other) => endOf(one) - endOf(other));
    if (best.length > 0) {
      return status === 'succeeded' ? best.at(-1) : best[0];
    }
  }
  return leaves[0];
}

function endOf({ task }: GraphNode): number {
  return task?.finished_at
    ? Date.parse(task.finished_at)
    : Number.MAX_SAFE_INTEGER;
}

function listed(leaves: readonly GraphNode[], chosen: GraphNode): GraphNode[] {
  const rank = (node: GraphNode) => {
    const found = (IMPORTANT as readonly string[]).indexOf(nodeStatus(node));
    return found < 0 ? IMPORTANT.length : found;
  };
  const first = [...leaves]
    .sort((one, other) => rank(one) - rank(other))
    .slice(0, LISTED);
  return first.includes(chosen) ? first : [chosen, ...first];
}

/** `fit · Iteration 0`: the task, and the rounds around it. */
function nameIn(nodes: readonly GraphNode[], leaf: GraphNode): string {
  const rounds = pathToNode(nodes, leaf.id).filter(
    ({ kind }) => kind === 'round'
  );
  return [leaf.name, ...rounds.map(({ name }) => name)].join(' · ');
}
