import { describe, expect, it } from 'vitest';

import type { Run } from '../../src/explorer/api/types';
import { english } from '../../src/explorer/model/i18n';
import type { GraphNode } from '../../src/explorer/run/graph';
import {
  everyNode,
  failedNode,
  firstRound,
  graphOf,
  NOT_RUN,
  NOT_TOLD,
  pathToNode,
  roundCount
} from '../../src/explorer/run/graph';
import { aRun } from '../fake';
import { aNestedRun, dag, NESTED, pipeline, ran, task } from './pipelines';

const graph = (run: Run) => graphOf(run, english);
const named = (nodes: readonly GraphNode[], name: string): GraphNode => {
  const found = [...everyNode(nodes)].find(node => node.name === name);
  if (!found) {
    throw new Error(`There is no ${name}`);
  }
  return found;
};
const names = (nodes: readonly GraphNode[] | null) =>
  nodes?.map(({ name }) => name);

describe('a run that has not begun', () => {
  const nodes = graph(
    aRun('r', { state: 'PENDING', pipeline_spec: NESTED, tasks: [] })
  );

  it('has every task of its definition, none of them started', () => {
    expect(names(nodes)).toEqual(['flip', 'condition-1', 'clean-up']);
    expect([...everyNode(nodes)].map(({ state }) => state)).toEqual(
      Array(9).fill('')
    );
  });

  it('shows what each round of a loop will do', () => {
    const loop = named(nodes, 'for-loop-2');
    expect(loop.kind).toBe('loop');
    expect(loop.children).toEqual([]);
    expect(names(loop.template)).toEqual(['prepare', 'for-loop-3']);
    expect(roundCount(named(nodes, 'for-loop-3'))).toEqual({ all: 3, over: 0 });
    expect(firstRound(loop)).toBeNull();
  });

  it('knows what comes before what', () => {
    expect(named(nodes, 'flip').after).toEqual([]);
    expect(named(nodes, 'condition-1').after).toEqual(['/flip']);
    expect(named(nodes, 'clean-up').after).toEqual(['/condition-1']);
    expect(named(nodes, 'clean-up').spec?.always).toBe(true);
  });

  it('tells conditions and loops in words', () => {
    expect(named(nodes, 'condition-1').condition).toBe(
      "flip = 'heads && tails'"
    );
    expect(named(nodes, 'condition-4').condition).toBe(
      'not (train.score ≥ 5) and train.score ≠ 3'
    );
    expect(named(nodes, 'for-loop-2').over).toBe('sizes');
    expect(named(nodes, 'for-loop-3').over).toBe('1, 2, 3');
  });
});

describe('a run with rounds', () => {
  const nodes = graph(aNestedRun());

  it('has the rounds of a loop in their order, each with its own tasks', () => {
    const loop = named(nodes, 'for-loop-2');
    expect(names(loop.children)).toEqual(['Iteration 0', 'Iteration 1']);
    expect(loop.children?.map(({ state }) => state)).toEqual([
      'SUCCEEDED',
      'FAILED'
    ]);
    expect(roundCount(loop)).toEqual({ all: 2, over: 2 });
    const [one, other] = loop.children ?? [];
    expect(one?.children?.map(({ task }) => task?.task_id)).toEqual([
      'prepare-0',
      undefined
    ]);
    expect(other?.children?.map(({ task }) => task?.task_id)).toEqual([
      'prepare-1',
      'inner-1'
    ]);
  });

  it('looks first at the round that failed', () => {
    expect(firstRound(named(nodes, 'for-loop-2'))?.name).toBe('Iteration 1');
  });

  it('finds the task that made it fail, and the way to it', () => {
    const failed = failedNode(nodes);
    expect(failed?.task?.error).toBe('exit code 137');
    expect(names(pathToNode(nodes, failed?.id ?? ''))).toEqual([
      'condition-1',
      'for-loop-2',
      'Iteration 1',
      'for-loop-3',
      'Iteration 0',
      'train'
    ]);
    expect(pathToNode(nodes, 'nowhere')).toEqual([]);
  });

  it('tells what did not run from what is not reported', () => {
    const [one, other] = named(nodes, 'for-loop-2').children ?? [];
    expect(named(one?.children ?? [], 'for-loop-3').state).toBe(NOT_TOLD);
    expect(named(other?.children ?? [], 'report').state).toBe(NOT_RUN);
  });

  it('gives every node an id of its own', () => {
    const ids = [...everyNode(nodes)].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

it('finds none that failed where none did', () => {
  expect(failedNode(graph(aRun('r', { pipeline_spec: NESTED })))).toBeNull();
});

it('takes the one that failed first', () => {
  const failed = (name: string, minute: number) =>
    ran(name, '', {
      state: 'FAILED',
      finished_at: `2026-11-23T10:0${minute}:00Z`
    });
  const nodes = graph(aRun('r', { tasks: [failed('b', 5), failed('a', 3)] }));
  expect(failedNode(nodes)?.name).toBe('a');
});

it('shows the tasks as they are nested where there is no definition', () => {
  const nodes = graph(
    aRun('r', {
      pipeline_spec: null,
      tasks: [
        ran('root', ''),
        ran('outer', 'root'),
        ran('inner', 'outer'),
        ran('loop', 'root'),
        ran('iteration-0', 'loop'),
        ran('other', 'root')
      ]
    })
  );
  expect(names(nodes)).toEqual(['outer', 'loop', 'other']);
  expect(names(nodes[0]?.children ?? null)).toEqual(['inner']);
  expect(nodes[1]?.kind).toBe('loop');
  expect(nodes[1]?.children?.[0]?.kind).toBe('round');
});

it('loses no task of which the definition knows nothing', () => {
  const run = aRun('r', {
    pipeline_spec: pipeline({ one: task('one') }),
    tasks: [ran('root', ''), ran('one', 'root'), ran('surprise', 'root')]
  });
  expect(names(graph(run))).toEqual(['one', 'surprise']);
});

it('reads a definition that lies beside a platform spec', () => {
  const run = aRun('r', {
    pipeline_spec: {
      pipeline_spec: pipeline({ one: task('one') }),
      platform_spec: { platforms: {} }
    }
  });
  expect(names(graph(run))).toEqual(['one']);
});

it('knows importers, and a group that an exit handler looks after', () => {
  const definition = {
    ...pipeline(
      {
        'exit-handler-1': task('exit-handler-1'),
        'clean-up': task('clean-up', ['exit-handler-1'])
      },
      {
        'comp-exit-handler-1': dag({ importer: task('importer') }),
        'comp-importer': { executorLabel: 'exec-importer' }
      }
    ),
    deploymentSpec: { executors: { 'exec-importer': { importer: {} } } }
  };
  const nodes = graph(aRun('r', { pipeline_spec: definition }));
  expect(named(nodes, 'exit-handler-1').kind).toBe('group');
  expect(named(nodes, 'importer').kind).toBe('importer');
});

it('matches tasks that share a name in their order, each once', () => {
  const same = { taskInfo: { name: 'same' } };
  const run = aRun('r', {
    pipeline_spec: pipeline({
      one: task('one', [], same),
      two: task('two', ['one'], same)
    }),
    tasks: [
      ran('same', '', { task_id: 's1' }),
      ran('same', '', { task_id: 's2', state: 'RUNNING' })
    ]
  });
  expect(graph(run).map(node => node.task?.task_id)).toEqual(['s1', 's2']);
});

it('ends where a component contains itself', () => {
  const endless = pipeline(
    { again: task('again') },
    { 'comp-again': dag({ again: task('again') }) }
  );
  const nodes = graph(aRun('r', { pipeline_spec: endless }));
  expect([...everyNode(nodes)].length).toBeLessThan(50);
});

it.each([{}, { root: 7 }, { root: { dag: { tasks: { a: null } } } }])(
  'makes do with a strange definition: %j',
  definition => {
    expect(() => graph(aRun('r', { pipeline_spec: definition }))).not.toThrow();
  }
);
