import * as React from 'react';

import { IconButton } from '../components/controls';
import { Icon } from '../components/icons';
import { Dotted } from '../components/rows';
import { useTrans } from '../model/environment';
import {
  hasRun,
  kindWord,
  NodeStateIcon,
  nodeStateWord,
  TaskDuration
} from './details';
import type { Folding } from './folding';
import { shownRound } from './folding';
import type { GraphNode } from './graph';
import { nodeStatus, roundCount } from './graph';
import type { Box } from './layout';

/** What can be done to the nodes of a graph. */
export interface BoxActions {
  onSelect: (id: string) => void;
  onFocus: (id: string) => void;
  onFold: (id: string, open: boolean) => void;
  onRound: (loop: string, round: string) => void;
}

interface GraphBoxProps {
  box: Box;
  node: GraphNode;
  /** The names of what comes before it. */
  before: string;
  rounds: Folding['rounds'];
  foldable: boolean;
  selected: boolean;
  /** Whether it is in the tab order. */
  current: boolean;
  /** Whether it is seen from so far that nothing in it can be read. */
  plain: boolean;
  actions: BoxActions;
}

/** A node in its place: a task, or a group with its title. */
export const GraphBox = React.memo(function GraphBox(
  props: GraphBoxProps
): JSX.Element {
  const trans = useTrans();
  const { box, node, foldable, actions } = props;
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.target !== event.currentTarget) {
      return;
    }
    if (event.key === 'Enter') {
      actions.onSelect(node.id);
    } else if (event.key === ' ') {
      if (foldable) {
        actions.onFold(node.id, !box.open);
      } else {
        actions.onSelect(node.id);
      }
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const label = [
    node.name,
    nodeStateWord(node, trans),
    kindWord(node, trans),
    node.condition && trans.__('if %1', node.condition),
    node.over && trans.__('for each of %1', node.over),
    props.before && trans.__('after %1', props.before)
  ];
  return (
    <div
      role="treeitem"
      className={`jp-kfp-Node jp-mod-${nodeStatus(node)} ${
        box.open ? 'jp-mod-open' : ''
      }`}
      aria-label={label.filter(Boolean).join(', ')}
      aria-level={box.depth + 1}
      aria-selected={props.selected}
      aria-expanded={foldable ? box.open : undefined}
      data-node={node.id}
      data-state={node.state}
      tabIndex={props.current ? 0 : -1}
      style={{
        transform: `translate(${box.x}px, ${box.y}px)`,
        width: box.width,
        height: box.height
      }}
      onClick={() => actions.onSelect(node.id)}
      onDoubleClick={
        foldable ? () => actions.onFold(node.id, !box.open) : undefined
      }
      onFocus={event => {
        if (event.target === event.currentTarget) {
          actions.onFocus(node.id);
        }
      }}
      onKeyDown={onKeyDown}
    >
      {(box.open || !props.plain) && <Inscription {...props} />}
    </div>
  );
});

/** What is written in a node, and its controls. */
function Inscription({
  box,
  node,
  rounds,
  foldable,
  actions
}: GraphBoxProps): JSX.Element {
  const trans = useTrans();
  return (
    <>
      <div className="jp-kfp-Node-title">
        <NodeStateIcon node={node} />
        <span className="jp-kfp-Node-text">
          <span className="jp-kfp-Node-name" title={node.name}>
            {node.name}
          </span>
          <span className="jp-kfp-Node-state">
            <Dotted>
              {nodeStateWord(node, trans)}
              {node.task && hasRun(node.task) && (
                <TaskDuration task={node.task} />
              )}
              {!box.open && foldable && node.kind === 'group' && (
                <Inside node={node} />
              )}
              {node.kind === 'importer' && trans.__('Importer')}
            </Dotted>
          </span>
        </span>
        {foldable && (
          <Apart>
            <IconButton
              icon={box.open ? 'open' : 'closed'}
              label={
                box.open
                  ? trans.__('Close %1', node.name)
                  : trans.__('Open %1', node.name)
              }
              tabIndex={-1}
              onClick={() => actions.onFold(node.id, !box.open)}
            />
          </Apart>
        )}
      </div>
      {node.condition && (
        <div className="jp-kfp-Node-more" title={node.condition}>
          <b>{trans.__('if')}</b> {node.condition}
        </div>
      )}
      {node.kind === 'loop' && !node.condition && (
        <Rounds loop={node} rounds={rounds} open={box.open} {...actions} />
      )}
    </>
  );
}

/** Controls in a node: what is done to them is not done to the node. */
function Apart(props: { children: React.ReactNode }): JSX.Element {
  const stop = (event: React.SyntheticEvent) => event.stopPropagation();
  return (
    <span
      className="jp-kfp-Node-apart"
      onClick={stop}
      onDoubleClick={stop}
      onKeyDown={stop}
      onPointerDown={stop}
    >
      {props.children}
    </span>
  );
}

function Inside({ node }: { node: GraphNode }): JSX.Element {
  const trans = useTrans();
  const count = node.children?.length ?? 0;
  return <>{trans._n('%1 task', '%1 tasks', count)}</>;
}

/** "3 of 5 rounds", and in an open loop the way from one to another. */
function Rounds(props: {
  loop: GraphNode;
  rounds: Folding['rounds'];
  open: boolean;
  onRound: BoxActions['onRound'];
}): JSX.Element {
  const trans = useTrans();
  const { loop } = props;
  const rounds = loop.children ?? [];
  const { all, over } = roundCount(loop);
  const shown = shownRound(loop, props.rounds);
  const index = shown ? rounds.indexOf(shown) : -1;
  const goTo = (to: number) => {
    const round = rounds[to];
    if (round) {
      props.onRound(loop.id, round.id);
    }
  };
  return (
    <div className="jp-kfp-Node-more" title={loop.over}>
      <Icon name="loop" />
      <span>
        {all === 0
          ? trans.__('for each of %1', loop.over)
          : trans._n('%2 of %1 iteration', '%2 of %1 iterations', all, over)}
      </span>
      <RoundMarks rounds={rounds} />
      {props.open && shown && (
        <Apart>
          <IconButton
            icon="previous"
            label={trans.__('Previous iteration')}
            onClick={() => goTo(index - 1)}
          />
          <select
            className="jp-kfp-Select"
            aria-label={trans.__('Iteration of %1', loop.name)}
            value={shown.id}
            onChange={event => props.onRound(loop.id, event.target.value)}
          >
            {rounds.map(round => (
              <option key={round.id} value={round.id}>
                {`${round.name} · ${nodeStateWord(round, trans)}`}
              </option>
            ))}
          </select>
          <IconButton
            icon="closed"
            label={trans.__('Next iteration')}
            onClick={() => goTo(index + 1)}
          />
        </Apart>
      )}
    </div>
  );
}

/** More marks than this cannot be told apart. */
const MARKS = 12;

/** One small mark for each round, in the colour of its state. */
function RoundMarks(props: {
  rounds: readonly GraphNode[];
}): JSX.Element | null {
  return props.rounds.length <= MARKS ? (
    <span className="jp-kfp-Marks" aria-hidden="true">
      {props.rounds.map(round => (
        <i key={round.id} className={`jp-mod-${nodeStatus(round)}`} />
      ))}
    </span>
  ) : null;
}
