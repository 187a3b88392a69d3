import type { Run, Task } from '../../src/explorer/api/types';
import { aRun, aTask } from '../fake';

type Spec = Record<string, unknown>;

/** A task that runs the component of the same name, after others. */
export function task(
  name: string,
  after: string[] = [],
  more: Spec = {}
): Spec {
  return {
    taskInfo: { name },
    componentRef: { name: `comp-${name}` },
    ...(after.length > 0 ? { dependentTasks: after } : {}),
    ...more
  };
}

export function dag(tasks: Record<string, Spec>): Spec {
  return { dag: { tasks } };
}

/** A compiled pipeline; components that are not given run a container. */
export function pipeline(
  tasks: Record<string, Spec>,
  components: Record<string, Spec> = {}
): Spec {
  return {
    pipelineInfo: { name: 'test' },
    components,
    deploymentSpec: { executors: {} },
    root: dag(tasks)
  };
}

/** A loop in a condition, beside what cleans up after all. */
export const NESTED = pipeline(
  {
    flip: task('flip'),
    'condition-1': task('condition-1', ['flip'], {
      inputs: {
        parameters: {
          'pipelinechannel--flip-Output': {
            taskOutputParameter: {
              producerTask: 'flip',
              outputParameterKey: 'Output'
            }
          },
          'pipelinechannel--sizes': { componentInputParameter: 'sizes' }
        }
      },
      triggerPolicy: {
        condition:
          "inputs.parameter_values['pipelinechannel--flip-Output'] == 'heads && tails'"
      }
    }),
    'clean-up': task('clean-up', ['condition-1'], {
      triggerPolicy: { strategy: 'ALL_UPSTREAM_TASKS_COMPLETED' }
    })
  },
  {
    'comp-condition-1': dag({
      'for-loop-2': task('for-loop-2', [], {
        inputs: {
          parameters: {
            'pipelinechannel--sizes': {
              componentInputParameter: 'pipelinechannel--sizes'
            }
          }
        },
        parameterIterator: {
          itemInput: 'pipelinechannel--sizes-loop-item',
          items: { inputParameter: 'pipelinechannel--sizes' }
        }
      })
    }),
    'comp-for-loop-2': dag({
      prepare: task('prepare'),
      'for-loop-3': task('for-loop-3', ['prepare'], {
        parameterIterator: {
          itemInput: 'pipelinechannel--loop-item-param-1',
          items: { raw: '[1, 2, 3]' }
        }
      })
    }),
    'comp-for-loop-3': dag({
      train: task('train'),
      'condition-4': task('condition-4', ['train'], {
        inputs: {
          parameters: {
            'pipelinechannel--train-score': {
              taskOutputParameter: {
                producerTask: 'train',
                outputParameterKey: 'score'
              }
            }
          }
        },
        triggerPolicy: {
          condition:
            "!(int(inputs.parameter_values['pipelinechannel--train-score']) >= 5) && inputs.parameter_values['pipelinechannel--train-score'] != 3"
        }
      })
    }),
    'comp-condition-4': dag({ report: task('report') })
  }
);

/** A task of a run: its name is its id unless that is given. */
export function ran(
  name: string,
  parent: string,
  change: Partial<Task> = {}
): Task {
  return aTask(change.task_id ?? name, {
    display_name: name,
    parent_task_id: parent,
    ...change
  });
}

/** A run of `NESTED` whose second outer round has failed in its first inner one. */
export function aNestedRun(change: Partial<Run> = {}): Run {
  return aRun('nested', {
    state: 'FAILED',
    pipeline_spec: NESTED,
    tasks: [
      ran('root', '', { state: 'FAILED' }),
      ran('flip', 'root'),
      ran('condition-1', 'root', { state: 'FAILED' }),
      ran('for-loop-2', 'condition-1', { state: 'FAILED' }),
      ran('iteration-1', 'for-loop-2', { task_id: 'i1', state: 'FAILED' }),
      ran('iteration-0', 'for-loop-2', { task_id: 'i0' }),
      ran('prepare', 'i0', { task_id: 'prepare-0' }),
      ran('prepare', 'i1', { task_id: 'prepare-1' }),
      ran('for-loop-3', 'i1', { task_id: 'inner-1', state: 'FAILED' }),
      ran('iteration-0', 'inner-1', { task_id: 'i1-0', state: 'FAILED' }),
      ran('train', 'i1-0', {
        task_id: 'train-1-0',
        state: 'FAILED',
        error: 'exit code 137',
        inputs: { depth: 7 },
        outputs: { score: 0.5 },
        started_at: '2026-11-23T10:00:30Z',
        finished_at: '2026-11-23T10:00:50Z',
        state_history: [
          { state: 'FAILED', update_time: '2026-11-23T10:00:50Z', error: '' }
        ]
      }),
      ran('clean-up', 'root', { state: 'RUNNING', finished_at: null })
    ],
    ...change
  });
}

/** A pipeline with this many tasks, each after some of those before it. */
export function manyTasks(count: number): Spec {
  const tasks: Record<string, Spec> = {};
  for (let index = 0; index < count; index++) {
    const after = [Math.floor(index / 2), Math.floor(index / 3)]
      .filter(it => it < index)
      .map(it => `task-${it}`);
    tasks[`task-${index}`] = task(`task-${index}`, [...new Set(after)]);
  }
  return pipeline(tasks);
}
