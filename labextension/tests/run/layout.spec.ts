import { describe, expect, it } from 'vitest';

import type { Run } from '../../src/explorer/api/types';
import { english } from '../../src/explorer/model/i18n';
import type { Folding } from '../../src/explorer/run/folding';
import { closedByThemselves } from '../../src/explorer/run/folding';
import { graphOf } from '../../src/explorer/run/graph';
import type { Box, Layout } from '../../src/explorer/run/layout';
import { layOut, pathThrough, shapeOf } from '../../src/explorer/run/layout';
import { neighbour } from '../../src/explorer/run/neighbour';
import { aRun } from '../fake';
import { aNestedRun, manyTasks, NESTED, pipeline, task } from './pipelines';

const OPEN: Folding = {
  opened: new Map(),
  rounds: new Map(),
  closed: new Set()
};

const graph = (run: Run) => graphOf(run, english);
const place = (run: Run, folding = OPEN) => layOut(graph(run), folding);
const box = (layout: Layout, id: string): Box => {
  const found = layout.boxes.find(it => it.id === id);
  if (!found) {
    throw new Error(`There is no box ${id}`);
  }
  return found;
};

const overlap = (one: Box, other: Box) =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

/** The pairs of siblings of which one covers part of the other. */
function overlapping({ boxes }: Layout): string[] {
  return boxes.flatMap((one, index) =>
    boxes
      .slice(index + 1)
      .filter(other => other.parent === one.parent && overlap(one, other))
      .map(other => `${one.id} ${other.id}`)
  );
}

function outside({ boxes }: Layout): string[] {
  const known = new Map(boxes.map(it => [it.id, it]));
  return boxes
    .filter(({ parent }) => parent)
    .filter(inner => {
      const outer = known.get(inner.parent);
      return (
        !outer ||
        inner.x < outer.x ||
        inner.y < outer.y + 30 ||
        inner.x + inner.width > outer.x + outer.width ||
        inner.y + inner.height > outer.y + outer.height
      );
    })
    .map(({ id }) => id);
}

const CASES: [string, Run][] = [
  ['nested loops and conditions', aNestedRun()],
  ['what has not begun', aRun('r', { state: '', pipeline_spec: NESTED })],
  ['300 tasks', aRun('r', { pipeline_spec: manyTasks(300) })],
  [
    'tasks without any order',
    aRun('r', {
      pipeline_spec: pipeline(
        Object.fromEntries(
          Array.from({ length: 40 }, (_, index) => [
            `t${index}`,
            task(`t${index}`)
          ])
        )
      )
    })
  ]
];

describe.each(CASES)('the layout of %s', (_, run) => {
  const layout = place(run);

  it('has no siblings that overlap, and nothing outside its group', () => {
    expect(layout.boxes.length).toBeGreaterThan(5);
    expect(overlapping(layout)).toEqual([]);
    expect(outside(layout)).toEqual([]);
  });

  it('fits into its size', () => {
    for (const { x, y, width, height } of layout.boxes) {
      expect(x).toBeGreaterThanOrEqual(-0.01);
      expect(y).toBeGreaterThanOrEqual(-0.01);
      expect(x + width).toBeLessThanOrEqual(layout.width + 0.01);
      expect(y + height).toBeLessThanOrEqual(layout.height + 0.01);
    }
  });

  it('has what comes before something above it', () => {
    for (const { from, to } of layout.lines) {
      const above = box(layout, from);
      expect(above.y + above.height).toBeLessThan(box(layout, to).y);
    }
  });
});

it('wraps what does not hang together instead of a line without end', () => {
  const { width, height } = place(CASES[3]?.[1] as Run);
  expect(width / height).toBeGreaterThan(0.5);
  expect(width / height).toBeLessThan(5);
});

it('shows one round of a loop, the one that is asked for', () => {
  const run = aNestedRun();
  const loop = '/condition-1/for-loop-2';
  expect(box(place(run), `${loop}/#1/prepare`)).toBeTruthy();
  const other = place(run, {
    ...OPEN,
    rounds: new Map([[loop, `${loop}/#0`]])
  });
  expect(box(other, `${loop}/#0/prepare`)).toBeTruthy();
  expect(other.boxes.some(({ id }) => id.includes('/#1/'))).toBe(false);
});

it('draws a closed group as one node', () => {
  const closed = place(aNestedRun(), {
    ...OPEN,
    opened: new Map([['/condition-1', false]])
  });
  expect(closed.boxes.map(({ id }) => id)).toEqual([
    '/flip',
    '/condition-1',
    '/clean-up'
  ]);
});

describe('the shape', () => {
  it('stays when only states and times change', () => {
    const before = aNestedRun();
    const after = aNestedRun({
      tasks: before.tasks.map(it => ({ ...it, state: 'RUNNING' }))
    });
    const folding = {
      ...OPEN,
      rounds: new Map([
        ['/condition-1/for-loop-2', '/condition-1/for-loop-2/#1']
      ])
    };
    expect(shapeOf(graph(after), folding)).toBe(
      shapeOf(graph(before), folding)
    );
  });

  it('changes when something is closed', () => {
    const nodes = graph(aNestedRun());
    expect(
      shapeOf(nodes, { ...OPEN, closed: new Set(['/condition-1']) })
    ).not.toBe(shapeOf(nodes, OPEN));
  });
});

describe('what is closed by itself', () => {
  it('is what does not run', () => {
    const nodes = graph(aNestedRun());
    const closed = closedByThemselves(nodes, new Set());
    expect(closed.has('/condition-1')).toBe(false);
    expect(closed.has('/condition-1/for-loop-2/#0/for-loop-3')).toBe(true);
  });

  it('is all of a large graph, except what is around the failed task', () => {
    const definition = manyTasks(100);
    const nodes = graph(aRun('r', { pipeline_spec: definition }));
    const closed = closedByThemselves(nodes, new Set(['/task-3']));
    expect(closed.has('/task-3')).toBe(false);
    expect(closed.has('/task-4')).toBe(true);
  });
});

it('leads by arrow keys to the nearest node in their direction', () => {
  const { boxes } = place(aNestedRun(), {
    ...OPEN,
    opened: new Map([['/condition-1', false]])
  });
  const [flip, condition, cleanUp] = boxes as [Box, Box, Box];
  expect(neighbour('ArrowDown', flip, boxes)).toBe(condition);
  expect(neighbour('ArrowUp', condition, boxes)).toBe(flip);
  expect(neighbour('End', flip, boxes)).toBe(cleanUp);
  expect(neighbour('Home', cleanUp, boxes)).toBe(flip);
  expect(neighbour('ArrowUp', flip, boxes)).toBeNull();
  expect(neighbour('x', flip, boxes)).toBeNull();
});

it('draws lines that leave and arrive upright', () => {
  expect(
    pathThrough([
      { x: 0, y: 0 },
      { x: 10, y: 20 }
    ])
  ).toBe('M0 0 C0 10 10 10 10 20');
  expect(pathThrough([])).toBe('');
});
