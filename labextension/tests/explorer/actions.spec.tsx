import { act, fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';
import { beforeEach, expect, it, vi } from 'vitest';

import { HostProvider } from '../../src/explorer/model/host';
import { ApiError } from '../../src/explorer/api/errors';
import { Explorer } from '../../src/explorer/Explorer';
import { english } from '../../src/explorer/model/i18n';
import type { View } from '../../src/explorer/model/navigation';
import { aSource, aRecurringRun, aRun, anExperiment, FakeApi } from '../fake';

let api: FakeApi;
const insertCell = vi.fn();

async function show(view: View) {
  const source = aSource(api);
  render(
    <HostProvider value={{ notifies: true, insertCell }}>
      <Explorer source={source} trans={english} visible view={view} />
    </HostProvider>
  );
  await pass();
}

const pass = () => act(async () => void (await vi.advanceTimersByTimeAsync(0)));
const button = (name: string | RegExp) => screen.getByRole('button', { name });
const names = (group: HTMLElement) =>
  within(group)
    .getAllByRole('button')
    .map(it => it.textContent);

async function click(name: string | RegExp) {
  fireEvent.click(button(name));
  await pass();
}

const RUNS: View = { kind: 'runs', id: '', query: {} };
const group = () => screen.getByRole('group');

beforeEach(() => {
  vi.useFakeTimers();
  insertCell.mockReset();
  api = new FakeApi();
  api.world.runs = [
    aRun('r1', { display_name: 'train', state: 'RUNNING', finished_at: null })
  ];
});

it.each([
  ['RUNNING', 'AVAILABLE', ['Terminate', 'Archive', 'Clone', 'Notify me']],
  ['CANCELING', 'AVAILABLE', ['Archive', 'Clone', 'Notify me']],
  ['SUCCEEDED', 'AVAILABLE', ['Archive', 'Clone']],
  ['FAILED', 'AVAILABLE', ['Retry', 'Archive', 'Clone']],
  ['FAILED', 'ARCHIVED', ['Unarchive', 'Clone']]
] as const)(
  'offers what makes sense for %s, %s',
  async (state, storage, offered) => {
    api.world.runs = [
      aRun('r1', { display_name: 'train', state, storage_state: storage })
    ];
    await show(RUNS);
    await click('Actions for train');
    expect(names(group())).toEqual([...offered, 'Insert Python', 'Copy id']);
  }
);

it('asks before it terminates, and does it once', async () => {
  await show(RUNS);
  await click('Actions for train');
  await click('Terminate');
  expect(screen.getByRole('alertdialog').textContent).toContain(
    'Terminate train?'
  );
  expect(document.activeElement).toBe(button('Cancel'));
  await click('Cancel');
  expect(api.acts).toEqual([]);
  await click('Terminate');
  fireEvent.keyDown(button('Cancel'), { key: 'Escape' });
  expect(screen.queryByRole('alertdialog')).toBeNull();
  await click('Terminate');
  const yes = button('Terminate');
  fireEvent.click(yes, { detail: 1 });
  fireEvent.click(yes, { detail: 2 });
  await pass();
  expect(api.acts).toEqual(['runs/r1/terminate']);
});

it('shows the change at once, then what the server says', async () => {
  let done: () => void = () => undefined;
  api.onAct = () => new Promise(resolve => (done = resolve));
  await show(RUNS);
  await click('Actions for train');
  await click('Terminate');
  await click('Terminate');
  const row = screen.getAllByRole('listitem')[0] as HTMLElement;
  expect(row.textContent).toContain('Terminating');
  api.world.runs = [aRun('r1', { display_name: 'train', state: 'FAILED' })];
  done();
  await pass();
  expect(row.textContent).toContain('Failed');
  expect(row.textContent).not.toContain('Terminating');
});

it('says why it was refused, and shows the state as it is', async () => {
  await show(RUNS);
  await click('Actions for train');
  api.onAct = () => {
    throw new ApiError('rbac-denied', {
      message: 'default-viewer may not terminate runs in team-a.',
      nextStep: 'Ask for it.',
      paste: 'kind: RoleBinding',
      status: 403
    });
  };
  await click('Terminate');
  await click('Terminate');
  expect(screen.getByRole('alert').textContent).toContain(
    'may not terminate runs in team-a. Ask for it.'
  );
  expect(screen.getByText('kind: RoleBinding')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Copy' })).toBeTruthy();
  const row = screen.getAllByRole('listitem')[0] as HTMLElement;
  expect(row.textContent).toContain('Running');
  await click('Dismiss');
  expect(screen.queryByRole('alert')).toBeNull();
});

it('acts from the run itself, and tells its list', async () => {
  await show(RUNS);
  await click(/^train/);
  await click('Archive');
  expect(api.acts).toEqual(['runs/r1/archive']);
  const asked = api.callsTo('runs').length;
  await click('Back');
  expect(api.callsTo('runs')).toHaveLength(asked + 1);
});

it('disables and enables a recurring run', async () => {
  const recurring = aRecurringRun('q1', { display_name: 'nightly' });
  api.world.recurringRuns = [recurring];
  api.onAct = path => {
    api.world.recurringRuns = [
      { ...recurring, enabled: path.endsWith('enable') }
    ];
  };
  await show({ kind: 'recurring-runs', id: '', query: {} });
  await click('Actions for nightly');
  await click('Disable');
  expect(screen.getByText('Disabled')).toBeTruthy();
  await click('Enable');
  expect(screen.getByText('Enabled')).toBeTruthy();
  expect(api.acts).toEqual([
    'recurring-runs/q1/disable',
    'recurring-runs/q1/enable'
  ]);
});

it('asks before it archives an experiment', async () => {
  api.world.experiments = [anExperiment('e1', { display_name: 'churn' })];
  await show({ kind: 'experiments', id: '', query: {} });
  await click('Actions for churn');
  await click('Archive');
  expect(screen.getByRole('alertdialog').textContent).toContain(
    'recurring runs disabled'
  );
  await click('Archive');
  expect(api.acts).toEqual(['experiments/e1/archive']);
});

it('watches a run and stops watching it', async () => {
  await show(RUNS);
  await click('Actions for train');
  await click('Notify me');
  await click('Notifies you');
  expect(api.acts).toEqual(['runs/r1/watch', 'runs/r1/unwatch']);
});

it('gives the Python that gets the run, to insert and to drag', async () => {
  await show(RUNS);
  await click('Actions for train');
  await click('Insert Python');
  const code = 'run = jka.connect().get_run("r1")';
  expect(insertCell).toHaveBeenCalledWith(expect.stringContaining(code));
  const setData = vi.fn();
  fireEvent.dragStart(button(/^train/), { dataTransfer: { setData } });
  expect(setData).toHaveBeenCalledWith(
    'text/plain',
    expect.stringContaining(code)
  );
});

it('shows what the server watches already', async () => {
  api.watching.push('r1');
  await show(RUNS);
  await click('Actions for train');
  await click('Notifies you');
  expect(api.acts).toEqual(['runs/r1/unwatch']);
  expect(screen.getByRole('button', { name: 'Notify me' })).toBeTruthy();
});
