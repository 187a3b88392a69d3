import { expect, it } from 'vitest';

import type { Task } from '../../src/explorer/api/types';
import { taskRows } from '../../src/explorer/model/tasks';
import { aTask } from '../fake';

const names = (...tasks: Parameters<typeof aTask>[]) =>
  taskRows(tasks.map(it => aTask(...it))).map(
    ({ task, depth }) => `${'-'.repeat(depth)}${task.task_id}`
  );

it('puts tasks below the one they belong to, in the order they began', () => {
  expect(
    names(
      ['late', { parent_task_id: 'group', started_at: '2026-11-23T10:09:00Z' }],
      [
        'early',
        { parent_task_id: 'group', started_at: '2026-11-23T10:01:00Z' }
      ],
      ['waiting', { parent_task_id: 'group', started_at: null }],
      ['group', { parent_task_id: 'unknown' }],
      ['other', { started_at: '2026-11-23T10:30:00Z' }]
    )
  ).toEqual(['group', '-early', '-late', '-waiting', 'other']);
});

it('leaves out the root that all tasks of a run have above them', () => {
  expect(
    names(
      ['1', { display_name: 'root' }],
      ['a', { parent_task_id: '1' }],
      ['b', { parent_task_id: 'a' }]
    )
  ).toEqual(['a', '-b']);
});

it('keeps the order of rounds, whichever began first', () => {
  const round = (index: number, started_at: string) =>
    [
      `${index}`,
      { display_name: `iteration-${index}`, parent_task_id: 'loop', started_at }
    ] as [string, Partial<Task>];
  expect(
    names(
      ['loop', {}],
      round(10, '2026-11-23T10:01:00Z'),
      round(2, '2026-11-23T10:03:00Z')
    )
  ).toEqual(['loop', '-2', '-10']);
});

it('loses no task, not even those that belong to each other', () => {
  expect(
    names(['a', { parent_task_id: 'b' }], ['b', { parent_task_id: 'a' }]).sort()
  ).toEqual(['a', 'b']);
});
