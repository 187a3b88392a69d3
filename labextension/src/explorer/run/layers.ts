import type { Point } from './layout';
import { SIZE } from './sizes';

/** Something to place, and what comes before it. */
export interface Placed {
  id: string;
  width: number;
  height: number;
  after: readonly string[];
}

/** How often layers are put into the order of those above and below them. */
const SWEEPS = 6;

/** The least number of nodes in a row that is broken into several. */
const ROW = 16;

/**
 * Where to draw nodes of a graph that is too large for the careful way: in layers, each
 * below what comes before it. It takes about as long as there are nodes and edges.
 *
 * Layers that are much wider than the graph is high are broken into rows.
 */
export function inLayers(nodes: readonly Placed[]): ReadonlyMap<string, Point> {
  const layers = layersOf(nodes);
  putInOrder(layers);
  const most = Math.max(ROW, Math.ceil(Math.sqrt(nodes.length)));
  const known = new Map(nodes.map(node => [node.id, node]));
  const places = new Map<string, Point>();
  let y = 0;
  for (const layer of layers) {
    const rows = Math.ceil(layer.length / most);
    const length = Math.ceil(layer.length / rows);
    for (let start = 0; start < layer.length; start += length) {
      const row = layer.slice(start, start + length);
      const xs = beside(row, places, known);
      row.forEach(({ id }, index) => places.set(id, { x: xs[index] ?? 0, y }));
      y += Math.max(...row.map(({ height }) => height));
      y += start + length < layer.length ? SIZE.gap : 2 * SIZE.rank;
    }
  }
  const left = Math.min(...[...places.values()].map(({ x }) => x));
  places.forEach(place => (place.x -= left));
  return places;
}

/** The nodes by the length of the longest way to them. */
function layersOf(nodes: readonly Placed[]): Placed[][] {
  const known = new Map(nodes.map(node => [node.id, node]));
  const depths = new Map<string, number>();
  const layers: Placed[][] = [];
  // Not by recursion: a chain may be longer than the stack.
  const stack = [...nodes].reverse();
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    const open = depths.get(node.id);
    if (open === undefined) {
      depths.set(node.id, -1);
      stack.push(
        ...node.after
          .map(id => known.get(id))
          .filter(it => it !== undefined)
          .filter(it => !depths.has(it.id))
      );
      continue;
    }
    stack.pop();
    if (open < 0) {
      // What leads back to the node itself is still open, and does not count.
      const depth =
        1 + Math.max(-1, ...node.after.map(id => depths.get(id) ?? -1));
      depths.set(node.id, depth);
      (layers[depth] ??= []).push(node);
    }
  }
  return layers;
}

/** Sort each layer by where its neighbours in the other layers are, so that few lines cross. */
function putInOrder(layers: readonly Placed[][]): void {
  const before = new Map<string, readonly string[]>();
  const after = new Map<string, string[]>();
  const at = new Map<string, number>();
  const number = (layer: readonly Placed[]) =>
    layer.forEach(({ id }, index) => at.set(id, (index + 0.5) / layer.length));
  for (const node of layers.flat()) {
    before.set(node.id, node.after);
    for (const id of node.after) {
      const next = after.get(id);
      if (next) {
        next.push(node.id);
      } else {
        after.set(id, [node.id]);
      }
    }
  }
  layers.forEach(number);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : [...layers].reverse()) {
      const wanted = new Map(
        layer.map(({ id }) => {
          const near = (down ? before : after).get(id) ?? [];
          const sum = near.reduce((all, it) => all + (at.get(it) ?? 0), 0);
          return [id, near.length > 0 ? sum / near.length : at.get(id)];
        })
      );
      layer.sort(
        (one, other) => (wanted.get(one.id) ?? 0) - (wanted.get(other.id) ?? 0)
      );
      number(layer);
    }
  }
}

/**
 * Where the nodes of a row begin: as near to the middle of what is above them as their
 * order and their widths allow (the least sum of squares, found by pooling neighbours
 * that are in each other's way).
 */
function beside(
  row: readonly Placed[],
  places: ReadonlyMap<string, Point>,
  known: ReadonlyMap<string, Placed>
): number[] {
  const pools: { mean: number; offsets: number[] }[] = [];
  let offset = 0;
  for (const { width, after } of row) {
    const middles = after.flatMap(id => {
      const place = places.get(id);
      return place ? [place.x + (known.get(id)?.width ?? 0) / 2] : [];
    });
    const wanted =
      middles.length > 0
        ? middles.reduce((all, it) => all + it, 0) / middles.length - width / 2
        : offset;
    let pool = { mean: wanted - offset, offsets: [offset] };
    for (
      let last = pools.at(-1);
      last && last.mean > pool.mean;
      last = pools.at(-1)
    ) {
      const [one, other] = [last.offsets.length, pool.offsets.length];
      const mean = (last.mean * one + pool.mean * other) / (one + other);
      pool = { mean, offsets: [...last.offsets, ...pool.offsets] };
      pools.pop();
    }
    pools.push(pool);
    offset += width + SIZE.gap;
  }
  return pools.flatMap(({ mean, offsets }) => offsets.map(it => mean + it));
}
