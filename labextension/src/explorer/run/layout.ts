import { Graph, layout as dagre } from '@dagrejs/dagre';

import type { Folding } from './folding';
import { contents, isOpen, isTall } from './folding';
import type { GraphNode } from './graph';
import type { Placed } from './layers';
import { inLayers } from './layers';
import { SIZE } from './sizes';

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

/** From so many nodes and lines on, dagre would take more than a moment. */
const LARGE = 250;

/** Lay out nodes that hang together, and what is inside them. */
function arranged(
  nodes: readonly GraphNode[],
  inner: ReadonlyMap<string, Layout>,
  depth: number,
  parent: string
): Layout {
  const sized = nodes.map(node => ({
    id: node.id,
    after: node.after,
    ...sizeOf(node, inner.get(node.id))
  }));
  const lineCount = sized.reduce((sum, { after }) => sum + after.length, 0);
  const large = sized.length + lineCount > LARGE;
  const { places, bends } = large
    ? { places: inLayers(sized), bends: new Map<string, Point[]>() }
    : carefully(sized);

  const boxes: Box[] = [];
  const lines: Line[] = [];
  const drawn = new Map<string, Box>();
  nodes.forEach((node, index) => {
    const { width = 0, height = 0 } = sized[index] ?? {};
    const { x, y } = places.get(node.id) ?? { x: 0, y: 0 };
    const below = inner.get(node.id);
    const open = below !== undefined;
    const box: Box = { id: node.id, x, y, width, height, depth, parent, open };
    drawn.set(node.id, box);
    boxes.push(box);
    if (below) {
      const moved = shifted(
        below,
        x + (width - below.width) / 2,
        y + titleOf(node)
      );
      boxes.push(...moved.boxes);
      lines.push(...moved.lines);
    }
  });
  for (const { id: to, after } of nodes) {
    for (const from of after) {
      const [start, end] = [drawn.get(from), drawn.get(to)];
      const id = lineId(from, to);
      if (start && end) {
        const points = routed(start, bends.get(id) ?? [], end);
        lines.push({ id, from, to, points });
      }
    }
  }
  const own = [...drawn.values()];
  return {
    boxes,
    lines,
    width: own.reduce((most, { x, width }) => Math.max(most, x + width), 0),
    height: own.reduce((most, { y, height }) => Math.max(most, y + height), 0)
  };
}

function lineId(from: string, to: string): string {
  return `${from} ${to}`;
}

/** The places of nodes, and where the lines between them bend, as dagre finds them. */
function carefully(nodes: readonly Placed[]): {
  places: ReadonlyMap<string, Point>;
  bends: ReadonlyMap<string, readonly Point[]>;
} {
  const drawing = new Graph();
  drawing.setGraph({ nodesep: SIZE.gap, ranksep: SIZE.rank });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of nodes) {
    drawing.setNode(id, { width, height });
  }
  for (const { id, after } of nodes) {
    for (const before of after) {
      drawing.setEdge(before, id);
    }
  }
  dagre(drawing);
  return {
    places: new Map(
      nodes.map(({ id, width, height }) => {
        const { x = 0, y = 0 } = drawing.node(id);
        return [id, { x: x - width / 2, y: y - height / 2 }];
      })
    ),
    bends: new Map(
      drawing
        .edges()
        .map(({ v, w }) => [lineId(v, w), drawing.edge(v, w).points ?? []])
    )
  };
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
