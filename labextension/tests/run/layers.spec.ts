import { describe, expect, it } from 'vitest';

import type { Placed } from '../../src/explorer/run/layers';
import { inLayers } from '../../src/explorer/run/layers';

const node = (
  id: number | string,
  after: (number | string)[] = []
): Placed => ({
  id: String(id),
  width: 200,
  height: 50,
  after: after.map(String)
});
const chain = Array.from({ length: 3000 }, (_, index) =>
  node(index, index ? [index - 1] : [])
);
const fan = [
  node('first'),
  ...Array.from({ length: 1000 }, (_, index) => node(index, ['first'])),
  node(
    'last',
    Array.from({ length: 1000 }, (_, index) => index)
  )
];
const mixed = Array.from({ length: 1000 }, (_, index) =>
  node(index, index < 20 ? [] : [index - 20, index - 1 - ((index * 7) % 20)])
);

describe.each([
  ['a chain of 3,000', chain],
  ['a fan of 1,000', fan],
  ['1,000 that hang together', mixed]
])('%s', (_, nodes) => {
  const places = inLayers(nodes);
  const placed = nodes.map(it => ({
    ...it,
    x: places.get(it.id)?.x ?? NaN,
    y: places.get(it.id)?.y ?? NaN
  }));

  it('has a place for each, where no other is', () => {
    const order = [...placed].sort((a, b) => a.y - b.y || a.x - b.x);
    const inTheWay = order.filter((it, index) => {
      const last = order[index - 1];
      const free =
        !last ||
        (it.y === last.y && it.x >= last.x + last.width) ||
        it.y >= last.y + last.height;
      return !free;
    });
    expect(inTheWay).toEqual([]);
    expect(Math.min(...placed.map(({ x }) => x))).toBe(0);
  });

  it('has what comes before something above it', () => {
    const wrong = placed.filter(({ after, y }) =>
      after.some(id => !((places.get(id)?.y ?? NaN) < y))
    );
    expect(wrong).toEqual([]);
  });
});

it('is handy, however many there are beside each other', () => {
  const xs = [...inLayers(fan).values()].map(({ x }) => x);
  const ys = [...inLayers(fan).values()].map(({ y }) => y);
  const ratio = Math.max(...xs) / Math.max(...ys);
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(5);
});

it('puts what has one neighbour right below it', () => {
  const places = inLayers([node('a'), node('b'), node('c', ['b'])]);
  expect(places.get('c')?.x).toBe(places.get('b')?.x);
});

it('ends where a definition goes round in a circle', () => {
  const places = inLayers([
    node('a', ['c']),
    node('b', ['a']),
    node('c', ['b'])
  ]);
  expect(places.size).toBe(3);
});
