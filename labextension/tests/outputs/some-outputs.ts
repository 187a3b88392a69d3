import type { RunOutputs, TaskOutputs } from '../../src/explorer/api/types';

export function someTask(
  path: string[],
  more: Partial<TaskOutputs> = {}
): TaskOutputs {
  return {
    task_id: path.join('/'),
    task: path.at(-1) ?? '',
    path,
    state: 'SUCCEEDED',
    cached: false,
    cached_from: '',
    inputs: {},
    outputs: {},
    input_artifacts: [],
    artifacts: [],
    curves: [],
    matrices: [],
    ...more
  };
}

/** A pipeline with a loop, an evaluation with plots, and two artifacts. */
export function someOutputs(more: Partial<RunOutputs> = {}): RunOutputs {
  return {
    run_id: 'r',
    inputs: { epochs: 3 },
    outputs: {},
    artifacts: [],
    tasks: [
      someTask(['load'], {
        outputs: { rows: 128934 },
        artifacts: [
          {
            id: '1',
            name: 'sales',
            type: 'system.Dataset',
            uri: 's3://lake/sales.csv',
            metadata: {}
          }
        ]
      }),
      someTask(['evaluate'], {
        curves: [
          {
            artifact: 'roc',
            kind: 'roc',
            slice: '',
            points: [
              [null, 0, 0],
              [0.8, 0, 0.5],
              [0.3, 0.5, 1],
              [0, 1, 1]
            ]
          }
        ],
        matrices: [
          {
            artifact: 'confusion',
            slice: '',
            categories: ['cat', 'dog'],
            rows: [
              [93, 7],
              [12, 88]
            ]
          }
        ]
      })
    ],
    metrics: [
      ...['0', '1'].map(index => ({
        task: 'fit',
        path: ['for-loop-1', `iteration-${index}`, 'fit'],
        artifact: 'metrics',
        name: 'rmse',
        value: 12.345678 + Number(index)
      })),
      {
        task: 'evaluate',
        path: ['evaluate'],
        artifact: 'metrics',
        name: 'accuracy',
        value: 0.931234567
      }
    ],
    problem: null,
    ...more
  };
}
