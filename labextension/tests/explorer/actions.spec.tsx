import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { beforeEach, expect, it, vi } from 'vitest';

import { ApiError } from '../../src/explorer/api/errors';
import { Explorer } from '../../src/explorer/Explorer';
import type { Host } from '../../src/explorer/model/host';
import { HostProvider } from '../../src/explorer/model/host';
import { english } from '../../src/explorer/model/i18n';
import type { View } from '../../src/explorer/model/navigation';
import { expectAccessible } from '../axe';
import { anExperiment, aRecurringRun, aRun, aSource, FakeApi } from '../fake';
import {
  button,
  choose,
  click,
  offered,
  openMenu,
  openRow,
  pass,
  row,
  rows
} from '../panel';

let api: FakeApi;
const insertCell = vi.fn();

async function show(view: View, host: Host = { notifies: true, insertCell }) {
  const shown = render(
    <HostProvider value={host}>
      <Explorer source={aSource(api)} trans={english} visible view={view} />
    </HostProvider>
  );
  await pass();
  return shown;
}

const RUNS: View = { kind: 'runs', id: '', query: {} };

beforeEach(() => {
  vi.useFakeTimers();
  insertCell.mockReset();
  api = new FakeApi();
  api.world.runs = [
    aRun('r1', { display_name: 'train', state: 'RUNNING', finished_at: null })
  ];
});

it.each([
  ['RUNNING', 'AVAILABLE', ['Terminate', 'Clone…', 'Archive', 'Watch']],
  ['CANCELING', 'AVAILABLE', ['Clone…', 'Archive', 'Watch']],
  ['SUCCEEDED', 'AVAILABLE', ['Clone…', 'Archive']],
  ['FAILED', 'AVAILABLE', ['Retry', 'Clone…', 'Archive', 'Debug in Notebook']],
  ['FAILED', 'ARCHIVED', ['Clone…', 'Restore', 'Debug in Notebook']]
] as const)(
  'offers what makes sense for %s, %s',
  async (state, storage, expected) => {
    api.world.runs = [
      aRun('r1', { display_name: 'train', state, storage_state: storage })
    ];
    await show(RUNS);
    await openMenu('train');
    expect(offered()).toEqual([
      'Open',
      'Open in Pipelines UI',
      ...expected,
      'Insert Code',
      'Copy'
    ]);
  }
);

it('shows one menu by the button, by a right click and by the keyboard', async () => {
  const { container } = await show(RUNS);
  await click('Actions for train');
  const first = offered();
  vi.useRealTimers();
  await expectAccessible(screen.getByRole('menu'));
  vi.useFakeTimers();
  fireEvent.keyDown(document.activeElement as Element, { key: 'Escape' });
  expect(screen.queryByRole('menu')).toBeNull();
  await openMenu('train');
  expect(offered()).toEqual(first);
  fireEvent.keyDown(document.activeElement as Element, { key: 'Escape' });
  row('train').focus();
  fireEvent.keyDown(row('train'), { key: 'F10', shiftKey: true });
  expect(offered()).toEqual(first);
  fireEvent.keyDown(document.activeElement as Element, { key: 'Escape' });
  expect(document.activeElement).toBe(row('train'));
  vi.useRealTimers();
  await expectAccessible(container);
});

it('goes through a menu by arrow keys and first letters', async () => {
  await show(RUNS);
  await openMenu('train');
  const press = (key: string) =>
    fireEvent.keyDown(document.activeElement as Element, { key });
  const current = () => document.activeElement?.textContent;
  expect(current()).toContain('Open');
  press('End');
  expect(current()).toContain('Copy');
  press('t');
  expect(current()).toBe('Terminate');
  press('c');
  press('ArrowUp');
  press('ArrowDown');
  press('c');
  expect(current()).toContain('Copy');
  press('ArrowRight');
  expect(current()).toContain('Name');
  press('ArrowLeft');
  expect(screen.getAllByRole('menu')).toHaveLength(1);
});

it('leaves the menu to a host that has one of its own', async () => {
  const openHostMenu = vi.fn();
  await show(RUNS, { openMenu: openHostMenu });
  await openMenu('train');
  expect(screen.queryByRole('menu')).toBeNull();
  const [entries] = openHostMenu.mock.calls[0] as [{ id?: string }[]];
  expect(entries.map(entry => entry.id)).toContain('terminate');
});

it('asks before it terminates, and does it once', async () => {
  await show(RUNS);
  const terminate = async () => {
    await openMenu('train');
    await choose('Terminate');
  };
  await terminate();
  const asked = screen.getByRole('alertdialog');
  expect(asked.textContent).toContain(
    'Terminate train? Work in progress will be lost.'
  );
  expect(document.activeElement).toBe(button('Cancel'));
  await click('Cancel');
  expect(api.acts).toEqual([]);
  await terminate();
  fireEvent.keyDown(button('Cancel'), { key: 'Escape' });
  expect(screen.queryByRole('alertdialog')).toBeNull();
  await terminate();
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
  await openMenu('train');
  await choose('Terminate');
  await click('Terminate');
  expect(row('train').textContent).toContain('Terminating');
  api.world.runs = [aRun('r1', { display_name: 'train', state: 'FAILED' })];
  done();
  await pass();
  expect(row('train').textContent).toContain('Failed');
  expect(row('train').textContent).not.toContain('Terminating');
});

it('says why it was refused, and shows the state as it is', async () => {
  await show(RUNS);
  api.onAct = () => {
    throw new ApiError('rbac-denied', {
      message: 'default-viewer may not terminate runs in team-a.',
      nextStep: 'Ask for it.',
      paste: 'kind: RoleBinding',
      status: 403
    });
  };
  await openMenu('train');
  await choose('Terminate');
  await click('Terminate');
  expect(screen.getByRole('alert').textContent).toContain(
    'may not terminate runs in team-a. Ask for it.'
  );
  expect(screen.getByText('kind: RoleBinding')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Copy' })).toBeTruthy();
  expect(row('train').textContent).toContain('Running');
  await click('Dismiss');
  expect(screen.queryByRole('alert')).toBeNull();
});

it('acts from the run itself, and tells its list', async () => {
  api.world.runs = [aRun('r1', { display_name: 'train', state: 'FAILED' })];
  await show(RUNS);
  await openRow('train');
  await click('Retry');
  expect(api.acts).toEqual(['runs/r1/retry']);
  const asked = api.callsTo('runs').length;
  await click('Back');
  expect(api.callsTo('runs')).toHaveLength(asked + 1);
});

it('disables and enables a recurring run, and takes it back', async () => {
  const recurring = aRecurringRun('q1', { display_name: 'nightly' });
  api.world.recurringRuns = [recurring];
  api.onAct = path => {
    api.world.recurringRuns = [
      { ...recurring, enabled: path.endsWith('enable') }
    ];
  };
  await show({ kind: 'recurring-runs', id: '', query: {} });
  await openMenu('nightly');
  await choose('Disable');
  expect(row('nightly').textContent).toContain('Disabled');
  expect(
    screen.getByText('Disabled nightly.', { selector: '[id]' })
  ).toBeTruthy();
  await click('Undo');
  expect(row('nightly').textContent).toContain('Active');
  expect(api.acts).toEqual([
    'recurring-runs/q1/disable',
    'recurring-runs/q1/enable'
  ]);
});

it('tells the host what was done, where it has notices', async () => {
  const notify = vi.fn();
  await show(RUNS, { notify });
  await openMenu('train');
  await choose('Archive');
  expect(notify).toHaveBeenCalledWith('Archived train.', expect.any(Function));
  const [, undo] = notify.mock.calls[0] as [string, () => void];
  undo();
  await pass();
  expect(api.acts).toEqual(['runs/r1/archive', 'runs/r1/unarchive']);
});

it('asks before it archives an experiment', async () => {
  api.world.experiments = [anExperiment('e1', { display_name: 'churn' })];
  await show({ kind: 'experiments', id: '', query: {} });
  await openMenu('churn');
  await choose('Archive');
  expect(screen.getByRole('alertdialog').textContent).toContain(
    'disables its recurring runs'
  );
  await click('Archive');
  expect(api.acts).toEqual(['experiments/e1/archive']);
});

it('watches a run and stops watching it', async () => {
  await show(RUNS);
  await openMenu('train');
  await choose('Watch');
  await openMenu('train');
  await choose('Stop Watching');
  expect(api.acts).toEqual(['runs/r1/watch', 'runs/r1/unwatch']);
});

it('shows what the server watches already', async () => {
  api.watching.push('r1');
  await show(RUNS);
  await openMenu('train');
  await choose('Stop Watching');
  expect(api.acts).toEqual(['runs/r1/unwatch']);
  await openMenu('train');
  expect(offered()).toContain('Watch');
});

it('gives the Python that gets the run, to insert and to drag', async () => {
  await show(RUNS);
  await openMenu('train');
  await choose('Insert Code', 'Python Object');
  const code = 'run = jka.connect().get_run("r1")';
  expect(insertCell).toHaveBeenCalledWith(expect.stringContaining(code));
  await openMenu('train');
  await choose('Insert Code', '%kfp Line');
  expect(insertCell).toHaveBeenLastCalledWith(
    '%load_ext jupyter_kfp_auth\n%kfp run r1\n'
  );
  const setData = vi.fn();
  fireEvent.dragStart(row('train'), { dataTransfer: { setData } });
  expect(setData).toHaveBeenCalledWith(
    'text/plain',
    expect.stringContaining(code)
  );
});

it('drags a cell where the host can', async () => {
  const dragCell = vi.fn();
  await show(RUNS, { dragCell });
  const pointer = (type: string, target: Node, clientX: number) =>
    fireEvent(
      target,
      new MouseEvent(type, { bubbles: true, clientX, clientY: 5 })
    );
  pointer('pointerdown', row('train'), 5);
  pointer('pointermove', document, 6);
  expect(dragCell).not.toHaveBeenCalled();
  pointer('pointermove', document, 30);
  expect(dragCell.mock.calls[0]?.[0]).toContain('get_run("r1")');
});

it('acts on several runs, and says what became of them', async () => {
  api.world.runs = [
    aRun('r1', { display_name: 'one', state: 'RUNNING', finished_at: null }),
    aRun('r2', { display_name: 'two' }),
    aRun('r3', { display_name: 'three' })
  ];
  await show(RUNS);
  rows().forEach(it => fireEvent.click(it, { ctrlKey: true }));
  expect(screen.getByText('3 selected')).toBeTruthy();
  await openMenu('two');
  expect(offered()).toEqual([
    'Compare',
    'Terminate (1 of 3)',
    'Archive (3 of 3)',
    'Insert Code',
    'Copy'
  ]);
  api.onAct = path => {
    if (path.includes('r2')) {
      throw new ApiError('rbac-denied', { message: 'No.', status: 403 });
    }
  };
  await choose('Archive (3 of 3)');
  const alert = screen.getByRole('alert');
  expect(alert.textContent).toContain('2 archived, 1 refused');
  await click('Undo');
  expect(api.acts.filter(path => path.endsWith('unarchive'))).toEqual([
    'runs/r1/unarchive',
    'runs/r3/unarchive'
  ]);
});
