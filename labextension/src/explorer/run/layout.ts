import { Graph, layout as dagre } from '@dagrejs/dagre';

import type { Folding } from './folding';
import { contents, isOpen, isTall } from './folding';
import type { GraphNode } from './graph';

/** Where a node is drawn (pixels, before zooming). */
export interface Box {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
  /** How many groups are around it. */
  depth: number;
  /** The id of the innermost group around it; empty for none. */
  parent: string;
  /** Whether what it consists of is drawn inside it. */
  open: boolean;
}

export interface Line {
  id: string;
  from: string;
  to: string;
  points: readonly Point[];
}

export interface Point {
  x: number;
  y: number;
}

export interface Layout {
  boxes: readonly Box[];
  lines: readonly Line[];
  width: number;
  height: number;
}

/** Sizes (pixels); `style/run.css` relies on them. */
export const SIZE = {
  width: 208,
  height: 46,
  /** A node with a line more. */
  tall: 64,
  /** The title of an open group, and with a line more. */
  title: 38,
  tallTitle: 58,
  padding: 16,
  /** The least width of an open group. */
  group: 244,
  /** The same for a loop, with its rounds to choose from. */
  loop: 372,
  /** Graphs that do not hang together are put beside each other up to here. */
  line: 760,
  gap: 24,
  rank: 40
} as const;

/** The same text for all graphs that are laid out in the same way. */
export function shapeOf(nodes: readonly GraphNode[], folding: Folding): string {
  const shape = (node: GraphNode): unknown => [
    node.id,
    isTall(node),
    node.after,
    isOpen(node, folding) ? contents(node, folding.rounds).map(shape) : 0
  ];
  return JSON.stringify(nodes.map(shape));
}

/** Place every node that is shown; what comes before something is above it. */
export function layOut(nodes: readonly GraphNode[], folding: Folding): Layout {
  return graph(nodes, folding, 0, '');
}

function graph(
  nodes: readonly GraphNode[],
  folding: Folding,
  depth: number,
  parent: string
): Layout {
  const inner = new Map<string, Layout>();
  for (const node of nodes) {
    if (isOpen(node, folding)) {
      inner.set(
        node.id,
        graph(contents(node, folding.rounds), folding, depth + 1, node.id)
      );
    }
  }
  const parts = connected(nodes).map(part =>
    arranged(part, inner, depth, parent)
  );
  return packed(parts);
}

/** Lay out nodes that hang together, and what is inside them. */
function arranged(
  nodes: readonly GraphNode[],
  inner: ReadonlyMap<string, Layout>,
  depth: number,
  parent: string
): Layout {
  const drawing = new Graph();
  drawing.setGraph({ nodesep: SIZE.gap, ranksep: SIZE.rank });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) {
    drawing.setNode(node.id, sizeOf(node, inner.get(node.id)));
  }
  for (const node of nodes) {
    for (const before of node.after) {
      drawing.setEdge(before, node.id);
    }
  }
  dagre(drawing);

  const boxes: Box[] = [];
  const lines: Line[] = [];
  const places = new Map<string, Box>();
  for (const node of nodes) {
    const { x = 0, y = 0, width = 0, height = 0 } = drawing.node(node.id);
    const below = inner.get(node.id);
    const box: Box = {
      id: node.id,
      x: x - width / 2,
      y: y - height / 2,
      width,
      height,
      depth,
      parent,
      open: below !== undefined
    };
    places.set(node.id, box);
    boxes.push(box);
    if (below) {
      const moved = shifted(
        below,
        box.x + (width - below.width) / 2,
        box.y + titleOf(node)
      );
      boxes.push(...moved.boxes);
      lines.push(...moved.lines);
    }
  }
  for (const { v, w } of drawing.edges()) {
    const from = places.get(v);
    const to = places.get(w);
    if (from && to) {
      lines.push({
        id: `${v} ${w}`,
        from: v,
        to: w,
        points: routed(from, drawing.edge(v, w).points ?? [], to)
      });
    }
  }
  const { width = 0, height = 0 } = drawing.graph() as {
    width?: number;
    height?: number;
  };
  return { boxes, lines, width, height };
}

function sizeOf(
  node: GraphNode,
  inner: Layout | undefined
): { width: number; height: number } {
  return inner
    ? {
        width: Math.max(
          (node.children ?? []).length > 0 && node.kind === 'loop'
            ? SIZE.loop
            : SIZE.group,
          inner.width + 2 * SIZE.padding
        ),
        height: titleOf(node) + inner.height + SIZE.padding
      }
    : {
        width: SIZE.width,
        height: isTall(node) ? SIZE.tall : SIZE.height
      };
}

function titleOf(node: GraphNode): number {
  return (isTall(node) ? SIZE.tallTitle : SIZE.title) + 8;
}

/** From the middle of one's lower side to the middle of the other's upper side. */
function routed(from: Box, points: readonly Point[], to: Box): Point[] {
  return [
    { x: from.x + from.width / 2, y: from.y + from.height },
    ...(points.length > 3 ? points.slice(1, -1) : []),
    { x: to.x + to.width / 2, y: to.y }
  ];
}

/** The nodes in groups between which there are no edges. */
function connected(nodes: readonly GraphNode[]): GraphNode[][] {
  const leader = new Map(nodes.map(({ id }) => [id, id]));
  const find = (id: string): string => {
    let top = id;
    for (let up = leader.get(top); up !== undefined && up !== top;) {
      top = up;
      up = leader.get(top);
    }
    leader.set(id, top);
    return top;
  };
  for (const node of nodes) {
    for (const before of node.after) {
      leader.set(find(node.id), find(before));
    }
  }
  const parts = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    const top = find(node.id);
    const part = parts.get(top);
    if (part) {
      part.push(node);
    } else {
      parts.set(top, [node]);
    }
  }
  return [...parts.values()];
}

/** How much wider than high a graph should be. */
const ASPECT = 1.6;

/** Put graphs beside each other, in as many lines as make a handy shape. */
function packed(parts: readonly Layout[]): Layout {
  const area = parts.reduce(
    (sum, { width, height }) => sum + (width + SIZE.gap) * (height + SIZE.gap),
    0
  );
  const widest = Math.max(
    SIZE.line,
    Math.sqrt(area * ASPECT),
    ...parts.map(({ width }) => width)
  );
  const boxes: Box[] = [];
  const lines: Line[] = [];
  let x = 0;
  let y = 0;
  let bottom = 0;
  let right = 0;
  for (const part of parts) {
    if (x > 0 && x + part.width > widest) {
      x = 0;
      y = bottom + SIZE.rank;
    }
    const moved = shifted(part, x, y);
    boxes.push(...moved.boxes);
    lines.push(...moved.lines);
    right = Math.max(right, x + part.width);
    bottom = Math.max(bottom, y + part.height);
    x += part.width + SIZE.gap;
  }
  return { boxes, lines, width: right, height: bottom };
}

function shifted(layout: Layout, dx: number, dy: number): Layout {
  const move = <T extends Point>(point: T): T => ({
    ...point,
    x: point.x + dx,
    y: point.y + dy
  });
  return {
    ...layout,
    boxes: layout.boxes.map(move),
    lines: layout.lines.map(line => ({
      ...line,
      points: line.points.map(move)
    }))
  };
}

/** A smooth path through the points, upright at both ends. */
export function pathThrough(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) {
    return '';
  }
  let path = `M${round(first.x)} ${round(first.y)}`;
  let last = first;
  for (const point of rest) {
    const middle = round((last.y + point.y) / 2);
    path += ` C${round(last.x)} ${middle} ${round(point.x)} ${middle} ${round(point.x)} ${round(point.y)}`;
    last = point;
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
