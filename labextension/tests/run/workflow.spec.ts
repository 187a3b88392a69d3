import { describe, expect, it } from 'vitest';

import type { Run } from '../../src/explorer/api/types';
import { english } from '../../src/explorer/model/i18n';
import type { GraphNode } from '../../src/explorer/run/graph';
import { graphOf, nodeStatus } from '../../src/explorer/run/graph';
import { aRun } from '../fake';
import { ran } from './pipelines';

/** As kfp 1 compiles a coin flip with a loop. */
const WORKFLOW = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Workflow',
  metadata: { generateName: 'coin-' },
  spec: {
    entrypoint: 'coin',
    templates: [
      {
        name: 'coin',
        dag: {
          tasks: [
            { name: 'flip', template: 'flip' },
            {
              name: 'condition-1',
              template: 'condition-1',
              dependencies: ['flip'],
              when: '"{{tasks.flip.outputs.parameters.flip-output}}" == "heads"'
            },
            {
              name: 'for-loop-2',
              template: 'for-loop-2',
              depends: 'flip.Succeeded && condition-1',
              withItems: [1, 2]
            }
          ]
        }
      },
      {
        name: 'condition-1',
        dag: { tasks: [{ name: 'win', template: 'win' }] }
      },
      {
        name: 'for-loop-2',
        dag: { tasks: [{ name: 'count', template: 'count' }] }
      },
      {
        name: 'flip',
        container: { image: 'python:3.9' },
        metadata: {
          annotations: {
            'pipelines.kubeflow.org/task_display_name': 'Flip a coin'
          }
        }
      },
      { name: 'win', container: { image: 'python:3.9' } },
      { name: 'count', container: { image: 'python:3.9' } }
    ]
  }
};

const graph = (change: Partial<Run>) => graphOf(aRun('r', change), english);

const shape = (nodes: readonly GraphNode[]): unknown[] =>
  nodes.map(({ name, kind, after, children }) => [
    name,
    kind,
    after,
    ...(children ? [shape(children)] : [])
  ]);

describe('the graph of a workflow of kfp 1', () => {
  const SHAPE = [
    ['Flip a coin', 'task', []],
    ['condition-1', 'group', ['/flip'], [['win', 'task', []]]],
    ['for-loop-2', 'loop', ['/flip', '/condition-1'], []]
  ];

  it('has its tasks in their groups, with arrows, before any has begun', () => {
    const nodes = graph({ pipeline_spec: WORKFLOW, state: 'RUNNING' });
    expect(shape(nodes)).toEqual(SHAPE);
    expect(nodes[1]?.condition).toBe('flip-output = "heads"');
    expect(nodes[2]?.over).toBe('1, 2');
    expect(nodes[2]?.template.map(({ name }) => name)).toEqual(['count']);
    expect(nodes.map(nodeStatus)).toEqual(Array(3).fill('not-started'));
  });

  it('is the same where Pipelines keeps it as text', () => {
    const text = { workflow_manifest: JSON.stringify(WORKFLOW) };
    expect(shape(graph({ pipeline_spec: text }))).toEqual(SHAPE);
    expect(graph({ pipeline_spec: { workflow_manifest: 'no: json' } })).toEqual(
      []
    );
  });

  it('takes up what has run, by its key', () => {
    const nodes = graph({
      pipeline_spec: WORKFLOW,
      tasks: [
        ran('root', ''),
        ran('Flip a coin', 'root', { key: 'flip', task_id: 'f' }),
        ran('for-loop-2', 'root', { key: 'for-loop-2' }),
        ran('iteration-0', 'for-loop-2', { task_id: 'i0' }),
        ran('count', 'i0', { key: 'count' })
      ]
    });
    expect(nodes[0]?.task?.task_id).toBe('f');
    expect(nodes[2]?.children?.[0]?.children?.[0]?.task?.task_id).toBe('count');
  });

  it('ends where a recursion begins', () => {
    const again = {
      spec: {
        entrypoint: 'a',
        templates: [
          { name: 'a', dag: { tasks: [{ name: 'b', template: 'b' }] } },
          { name: 'b', dag: { tasks: [{ name: 'a', template: 'a' }] } }
        ]
      }
    };
    expect(shape(graph({ pipeline_spec: again }))).toEqual([
      ['b', 'group', [], [['a', 'task', []]]]
    ]);
  });
});

it('draws arrows between tasks without a definition, as Pipelines tells them', () => {
  const nodes = graph({
    pipeline_spec: null,
    tasks: [
      ran('root', ''),
      ran('one', 'root'),
      ran('two', 'root', { depends_on: ['one', 'gone'] }),
      ran('inner', 'two', { depends_on: ['one'] })
    ]
  });
  expect(nodes.map(({ after }) => after)).toEqual([[], ['/one']]);
  expect(nodes[1]?.children?.[0]?.after).toEqual([]);
});

it('has nothing that will still start inside of what never runs', () => {
  const [group] = graph({
    state: 'FAILED',
    pipeline_spec: WORKFLOW,
    tasks: [
      ran('root', '', { state: 'FAILED' }),
      ran('condition-1', 'root', {
        key: 'condition-1',
        state: '',
        status: 'not-run'
      })
    ]
  }).filter(({ name }) => name === 'condition-1');
  expect(group && nodeStatus(group)).toBe('not-run');
  expect(group?.children?.map(nodeStatus)).toEqual(['not-run']);
});
