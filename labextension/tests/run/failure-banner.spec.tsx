import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';

import type { Run } from '../../src/explorer/api/types';
import { english } from '../../src/explorer/model/i18n';
import { countTasks, countText } from '../../src/explorer/run/counts';
import { FailureBanner } from '../../src/explorer/run/failure-banner';
import { graphOf } from '../../src/explorer/run/graph';
import { troublesOf } from '../../src/explorer/run/reason';
import { aRun } from '../fake';
import { expectAccessible } from '../axe';
import { pipeline, ran, task } from './pipelines';

const REASON = {
  code: 'out-of-memory',
  message: 'two failed: out of memory (exit code 137)',
  next_step: 'Raise its limit with set_memory_limit.',
  exit_code: 137,
  task_id: 'two',
  task: 'two',
  path: ['two'],
  log: ['1', '2', '3', 'Killed'],
  more: 1
};

const SPEC = pipeline({
  one: task('one'),
  two: task('two', ['one']),
  three: task('three', ['one']),
  four: task('four', ['two'])
});

const failed = (name: string, finished_at: string) =>
  ran(name, '', { state: 'FAILED', finished_at });

const RUN = aRun('r', {
  state: 'FAILED',
  pipeline_spec: SPEC,
  reason: REASON,
  tasks: [
    ran('one', ''),
    failed('three', '2026-11-23T10:09:00Z'),
    failed('two', '2026-11-23T10:02:00Z')
  ]
});

const troubles = (run: Run) => {
  const nodes = graphOf(run, english);
  return troublesOf(run, nodes, english);
};

it('says why, with the last lines, and what to do; the first failure first', async () => {
  const onLog = vi.fn();
  const { container } = render(
    <FailureBanner troubles={troubles(RUN)} tail onLog={onLog} />
  );
  const banner = screen.getByRole('group', { name: 'Why the run failed' });
  expect(banner.textContent).toContain('two failed');
  expect(banner.textContent).toContain(
    ': out of memory (exit code 137)'.slice(2)
  );
  expect(banner.textContent).toContain('2\n3\nKilled');
  expect(banner.textContent).not.toContain('1\n2');
  expect(banner.textContent).toContain('Next: Raise its limit');
  expect(banner.textContent).toContain('1 of 2 failures');
  fireEvent.click(screen.getByRole('button', { name: 'Open Log' }));
  expect(onLog.mock.calls[0]?.[0]).toMatchObject({ node: { name: 'two' } });
  fireEvent.click(screen.getByRole('button', { name: 'Next failure' }));
  expect(banner.textContent).toContain('three failed');
  await expectAccessible(container);
});

it.each(['PENDING', 'RUNNING'])(
  'says what a run waits for that is %s',
  state => {
    const waiting = { ...REASON, message: 'No node has a GPU.', more: 0 };
    render(
      <FailureBanner
        troubles={troubles(aRun('r', { state, reason: waiting }))}
        tail
      />
    );
    expect(
      screen.getByRole('group', { name: 'What the run waits for' }).textContent
    ).toContain('No node has a GPU.');
  }
);

it('says nothing of what was terminated', () => {
  const history = [
    { state: 'CANCELING', update_time: null, error: '' },
    { state: 'FAILED', update_time: null, error: '' }
  ];
  expect(
    troubles({ ...RUN, status: 'terminated', state_history: history })
  ).toEqual([]);
});

it('counts the tasks of the definition, and no groups', () => {
  const counts = countTasks(graphOf(RUN, english));
  expect(countText(counts, english)).toBe(
    '3 of 4 tasks: 1 succeeded, 2 failed, 1 not run'
  );
  const done = aRun('r', {
    pipeline_spec: pipeline({ one: task('one') }),
    tasks: [ran('one', '', { status: 'cached' })]
  });
  expect(countText(countTasks(graphOf(done, english)), english)).toBe(
    '1 of 1 task'
  );
});
