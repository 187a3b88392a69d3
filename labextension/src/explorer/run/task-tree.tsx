import * as React from 'react';

import type { Run } from '../api/types';
import { IconButton } from '../components/controls';
import { Dotted } from '../components/rows';
import { Span } from '../components/time';
import { VirtualList } from '../components/virtual-list';
import { useTrans } from '../model/environment';
import type { Trans } from '../model/i18n';
import { isFinished, stateWord } from '../model/states';
import { countTasks } from './counts';
import { hasRun, NodeStateIcon, nodeStateWord, TaskDuration } from './details';
import type { RunState } from './folding';
import type { GraphNode } from './graph';
import { leavesOf, nodeStatus, pathToNode } from './graph';

interface TreeRow {
  node: GraphNode;
  depth: number;
  /** Null where there is nothing to open. */
  open: boolean | null;
  /** What is around it, where the list is flat. */
  around: string;
}

/** The tasks of a run below each other, each in its group; or those in one state. */
export function TaskTree(props: { run: Run; state: RunState }): JSX.Element {
  const trans = useTrans();
  const { run, state } = props;
  const { nodes, folding, selected, onSelect } = state;
  const [opened, setOpened] = React.useState<ReadonlyMap<string, boolean>>(
    new Map()
  );
  const [status, setStatus] = React.useState('');
  const rows = React.useMemo(
    () =>
      status
        ? flatRows(nodes, status)
        : treeRows(
            nodes,
            node => opened.get(node.id) ?? !folding.closed.has(node.id)
          ),
    [nodes, status, opened, folding.closed]
  );
  const counts = React.useMemo(() => countTasks(nodes), [nodes]);
  if (nodes.length === 0) {
    return (
      <p className="jp-kfp-Empty">
        {isFinished(run)
          ? trans.__('The server returned no tasks.')
          : trans.__('No task has begun yet.')}
      </p>
    );
  }
  const toggle = ({ node, open }: TreeRow) =>
    setOpened(known => new Map(known).set(node.id, !open));
  return (
    <div className="jp-kfp-TaskTree">
      {counts.size > 1 && (
        <div className="jp-kfp-TaskTree-bar">
          <select
            className="jp-kfp-Select"
            aria-label={trans.__('Show tasks')}
            value={status}
            onChange={event => setStatus(event.target.value)}
          >
            <option value="">{trans.__('All tasks')}</option>
            {[...counts].map(([word, count]) => (
              <option key={word} value={word}>
                {`${stateWord(word, trans)} (${count})`}
              </option>
            ))}
          </select>
        </div>
      )}
      <VirtualList<TreeRow>
        items={rows}
        idOf={({ node }) => node.id}
        label={trans.__('Tasks')}
        rowHeight={40}
        row={(row, current) => (
          <TaskRow
            row={row}
            current={current}
            selected={row.node.id === selected}
            onSelect={onSelect}
            onToggle={() => toggle(row)}
          />
        )}
      />
    </div>
  );
}

function TaskRow(props: {
  row: TreeRow;
  current: boolean;
  selected: boolean;
  onSelect: (id: string | null) => void;
  onToggle: () => void;
}): JSX.Element {
  const trans = useTrans();
  const { row, current, selected, onSelect, onToggle } = props;
  const { node, depth, open, around } = row;
  const onKeyDown = (event: React.KeyboardEvent) => {
    const wanted = { ArrowRight: true, ArrowLeft: false }[event.key];
    if (wanted !== undefined && open !== null && open !== wanted) {
      event.preventDefault();
      onToggle();
    }
  };
  return (
    <div
      className={`jp-kfp-Row-line ${selected ? 'jp-mod-selected' : ''}`}
      style={{ paddingInlineStart: `${8 + Math.min(depth, 8) * 14}px` }}
    >
      {open === null ? (
        <span className="jp-kfp-TaskTree-leaf" />
      ) : (
        <IconButton
          icon={open ? 'open' : 'closed'}
          label={
            open
              ? trans.__('Close %1', node.name)
              : trans.__('Open %1', node.name)
          }
          tabIndex={-1}
          onClick={onToggle}
        />
      )}
      <button
        type="button"
        className="jp-kfp-Row-main"
        tabIndex={current ? 0 : -1}
        aria-pressed={selected}
        aria-expanded={open ?? undefined}
        onClick={() => onSelect(selected ? null : node.id)}
        onDoubleClick={open === null ? undefined : onToggle}
        onKeyDown={onKeyDown}
      >
        <NodeStateIcon node={node} />
        <span className="jp-kfp-Row-text">
          <span className="jp-kfp-Row-name" title={node.name}>
            <bdi>{node.name}</bdi>
            {around && <span className="jp-kfp-Muted"> {around}</span>}
          </span>
          <span className="jp-kfp-Row-details">
            <Dotted>
              {nodeStateWord(node, trans)}
              {attemptText(node, trans)}
              {node.task?.started_at && hasRun(node.task) && (
                <span className="jp-kfp-TaskTree-took">
                  <TaskDuration task={node.task} />
                </span>
              )}
            </Dotted>
          </span>
        </span>
        <span className="jp-kfp-TaskTree-span">
          {node.task && hasRun(node.task) && (
            <Span
              from={node.task.started_at}
              to={node.task.finished_at}
              running={nodeStatus(node) === 'running'}
            />
          )}
        </span>
      </button>
    </div>
  );
}

/** "attempt 2", where there was more than one. */
function attemptText(node: GraphNode, trans: Trans): string {
  const attempts = node.task?.attempts ?? 1;
  return attempts > 1 ? trans.__('attempt %1', attempts) : '';
}

function treeRows(
  nodes: readonly GraphNode[],
  isOpen: (node: GraphNode) => boolean
): TreeRow[] {
  const rows: TreeRow[] = [];
  const visit = (siblings: readonly GraphNode[], depth: number): void => {
    for (const node of inOrder(siblings)) {
      const inside = [...(node.children ?? []), ...node.template];
      const open = inside.length > 0 ? isOpen(node) : null;
      rows.push({ node, depth, open, around: '' });
      if (open) {
        visit(inside, depth + 1);
      }
    }
  };
  visit(nodes, 0);
  return rows;
}

/** By their beginning; what has none comes last, after what it depends on. */
function inOrder(siblings: readonly GraphNode[]): readonly GraphNode[] {
  if (siblings.some(({ kind }) => kind === 'round')) {
    return siblings;
  }
  const known = new Map(siblings.map(node => [node.id, node]));
  const ranks = new Map<string, number>();
  const rank = (node: GraphNode): number => {
    const found = ranks.get(node.id);
    if (found !== undefined) {
      return found;
    }
    ranks.set(node.id, 0);
    const before = node.after.flatMap(id => known.get(id) ?? []);
    const own = before.reduce((most, it) => Math.max(most, rank(it) + 1), 0);
    ranks.set(node.id, own);
    return own;
  };
  const start = ({ task }: GraphNode) =>
    task?.started_at ? Date.parse(task.started_at) : Number.MAX_SAFE_INTEGER;
  return [...siblings].sort(
    (one, other) => start(one) - start(other) || rank(one) - rank(other)
  );
}

function flatRows(nodes: readonly GraphNode[], status: string): TreeRow[] {
  return [...leavesOf(nodes)]
    .filter(
      node =>
        nodeStatus(node) === status ||
        (status === 'succeeded' && nodeStatus(node) === 'cached')
    )
    .map(node => ({
      node,
      depth: 0,
      open: null,
      around: pathToNode(nodes, node.id)
        .slice(0, -1)
        .map(({ name }) => name)
        .join(' › ')
    }));
}
