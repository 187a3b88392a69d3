import * as React from 'react';

import type { GraphNode } from './graph';
import { failedNode, firstRound, NOT_RUN, NOT_TOLD, pathToNode } from './graph';

/** How the graph is looked at. */
export interface Folding {
  /** What the reader has opened and closed; all else is as `folding` says. */
  opened: ReadonlyMap<string, boolean>;
  /** Ids of the rounds that the reader looks at, by the ids of their loops. */
  rounds: ReadonlyMap<string, string>;
  /** What is closed by itself. */
  closed: ReadonlySet<string>;
}

/** What is drawn inside a node when it is open. */
export function contents(
  node: GraphNode,
  rounds: Folding['rounds']
): readonly GraphNode[] {
  if (node.kind !== 'loop') {
    return node.children ?? [];
  }
  return shownRound(node, rounds)?.children ?? node.template;
}

/** The round of a loop that is looked at. */
export function shownRound(
  loop: GraphNode,
  rounds: Folding['rounds']
): GraphNode | null {
  const wanted = rounds.get(loop.id);
  return (
    (loop.children ?? []).find(({ id }) => id === wanted) ?? firstRound(loop)
  );
}

export function isOpen(node: GraphNode, folding: Folding): boolean {
  return (
    contents(node, folding.rounds).length > 0 &&
    (folding.opened.get(node.id) ?? !folding.closed.has(node.id))
  );
}

/** Whether a node has a line more than its name and its state. */
export function isTall(node: GraphNode): boolean {
  return node.condition !== '' || node.kind === 'loop';
}

/** How many nodes are drawn by themselves before groups are closed. */
const MANY = 60;

/** The states of what has nothing to show inside. */
const IDLE: ReadonlySet<string> = new Set(['SKIPPED', NOT_RUN, NOT_TOLD]);

/**
 * What is closed until the reader opens it: what does not run, and in a large
 * graph all groups except those around `shown`.
 */
export function closedByThemselves(
  nodes: readonly GraphNode[],
  shown: ReadonlySet<string>
): ReadonlySet<string> {
  const many = sizeWhenOpen(nodes) > MANY;
  const closed = new Set<string>();
  const visit = (node: GraphNode): void => {
    if (!shown.has(node.id) && (many || IDLE.has(node.state))) {
      closed.add(node.id);
    }
    (node.children ?? []).forEach(visit);
    node.template.forEach(visit);
  };
  nodes.forEach(visit);
  return closed;
}

/** How many nodes there are, of every loop one round. */
function sizeWhenOpen(nodes: readonly GraphNode[]): number {
  return nodes.reduce(
    (sum, node) => sum + 1 + sizeWhenOpen(contents(node, new Map())),
    0
  );
}

/** A run's graph, how it is folded, and what of it is selected. */
export interface RunState {
  nodes: readonly GraphNode[];
  folding: Folding;
  /** The task that made the run fail. */
  failed: GraphNode | null;
  selected: string | null;
  onSelect: (id: string | null) => void;
  /** Select a node and open what is around it. */
  onReveal: (id: string) => void;
  onFold: (id: string, open: boolean) => void;
  onRound: (loop: string, round: string) => void;
}

export function useRunState(nodes: readonly GraphNode[]): RunState {
  const [selected, onSelect] = React.useState<string | null>(null);
  const [opened, setOpened] = React.useState<Folding['opened']>(new Map());
  const [rounds, setRounds] = React.useState<Folding['rounds']>(new Map());
  const failed = React.useMemo(() => failedNode(nodes), [nodes]);
  const folding = React.useMemo<Folding>(() => {
    const shown = failed ? pathToNode(nodes, failed.id) : [];
    const closed = closedByThemselves(
      nodes,
      new Set(shown.map(({ id }) => id))
    );
    return { opened, rounds, closed };
  }, [nodes, failed, opened, rounds]);
  const onFold = (id: string, open: boolean) =>
    setOpened(known => new Map(known).set(id, open));
  const onRound = (loop: string, round: string) =>
    setRounds(known => new Map(known).set(loop, round));
  const onReveal = (id: string) => {
    onSelect(id);
    const path = pathToNode(nodes, id);
    path.forEach((node, index) => {
      const below = path[index + 1];
      if (below?.kind === 'round') {
        onRound(node.id, below.id);
      }
      if (below) {
        onFold(node.id, true);
      }
    });
  };
  return {
    nodes,
    folding,
    failed,
    selected,
    onSelect,
    onReveal,
    onFold,
    onRound
  };
}
