import { act, fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';
import { beforeEach, expect, it, vi } from 'vitest';

import { HostProvider } from '../../src/explorer/model/host';
import { Explorer } from '../../src/explorer/Explorer';
import { choose, openMenu, row, rows } from '../panel';
import { english } from '../../src/explorer/model/i18n';
import type { Path } from '../../src/explorer/model/navigation';
import { Navigator } from '../../src/explorer/model/navigator';
import { isPath, rootView } from '../../src/explorer/model/navigation';
import { aSource, anExperiment, aRun, FakeApi } from '../fake';

let api: FakeApi;
const openRun = vi.fn();
const openComparison = vi.fn();
let navigator: Navigator;

const pass = () => act(async () => void (await vi.advanceTimersByTimeAsync(5)));

async function show(host: object = { openRun, openComparison }, path?: Path) {
  navigator = new Navigator(path ?? [rootView('runs')]);
  render(
    <HostProvider value={host}>
      <Explorer
        source={aSource(api)}
        trans={english}
        visible
        navigator={navigator}
      />
    </HostProvider>
  );
  await pass();
  await pass();
}

const heading = (name: string) => screen.queryByRole('heading', { name });

beforeEach(() => {
  vi.useFakeTimers();
  openRun.mockClear();
  openComparison.mockClear();
  api = new FakeApi();
  api.world.experiments = [anExperiment('e1', { display_name: 'churn' })];
  api.world.runs = ['a', 'b'].map(id => aRun(id, { display_name: id }));
});

it('opens a run in a tab by two clicks, and stays where it was', async () => {
  await show();
  fireEvent.click(row('a'), { detail: 1 });
  await pass();
  expect(heading('a')).toBeTruthy();
  expect(openRun).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole('heading', { name: 'a' }), { detail: 2 });
  await pass();
  expect(openRun).toHaveBeenCalledWith({ run_id: 'a', display_name: 'a' });
  expect(heading('a')).toBeNull();
  expect(rows()).toHaveLength(2);
});

it('takes two clicks far apart for two clicks', async () => {
  await show();
  fireEvent.click(row('a'), { detail: 1 });
  await pass();
  fireEvent.click(screen.getByRole('heading', { name: 'a' }), { detail: 1 });
  fireEvent.click(screen.getByRole('heading', { name: 'a' }), { detail: 2 });
  await pass();
  expect(openRun).not.toHaveBeenCalled();
  expect(heading('a')).toBeTruthy();
});

it('opens a run here by the Enter key, and in a tab with Ctrl', async () => {
  await show();
  fireEvent.keyDown(row('b'), { key: 'Enter', ctrlKey: true });
  await pass();
  expect(openRun.mock.calls[0]?.[0]).toMatchObject({ run_id: 'b' });
  expect(heading('b')).toBeNull();
  fireEvent.keyDown(row('b'), { key: 'Enter' });
  await pass();
  expect(openRun).toHaveBeenCalledTimes(1);
  expect(heading('b')).toBeTruthy();
});

it('opens a run in a tab by the middle button, by the menu and by its icon', async () => {
  await show();
  fireEvent(row('a'), new MouseEvent('auxclick', { bubbles: true, button: 1 }));
  await openMenu('a');
  await choose('Open in Tab');
  fireEvent.click(screen.getByRole('button', { name: 'Open a in a tab' }));
  expect(openRun).toHaveBeenCalledTimes(3);
});

it('goes back by Escape and by Alt-Left', async () => {
  await show();
  for (const key of [{ key: 'Escape' }, { key: 'ArrowLeft', altKey: true }]) {
    fireEvent.click(row('a'), { detail: 1 });
    await pass();
    fireEvent.keyDown(screen.getByRole('heading', { name: 'a' }), key);
    await pass();
    expect(rows()).toHaveLength(2);
  }
});

it('goes to a run where there are no tabs', async () => {
  await show({});
  fireEvent.click(row('a'), { detail: 1 });
  await pass();
  fireEvent.click(screen.getByRole('heading', { name: 'a' }), { detail: 2 });
  expect(heading('a')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Open a in a tab' })).toBeNull();
});

it('compares in a tab where there are tabs', async () => {
  await show();
  rows().forEach(it => fireEvent.click(it, { ctrlKey: true }));
  fireEvent.click(screen.getByRole('button', { name: 'Compare' }));
  expect(openComparison).toHaveBeenCalledWith(['a', 'b']);
  expect(screen.queryByRole('table')).toBeNull();
});

it('tells where it is, and begins there again', async () => {
  await show();
  fireEvent.click(row('a'), { detail: 1 });
  await pass();
  const path = JSON.parse(JSON.stringify(navigator.path)) as Path;
  expect(path).toEqual([
    rootView('runs'),
    { kind: 'run', id: 'a', query: {}, label: 'a' }
  ]);
  expect(isPath(path)).toBe(true);
  await show({}, path);
  const trails = screen.getAllByRole('navigation', { name: 'Path' });
  expect(within(trails[1] as HTMLElement).getByText('a')).toBeTruthy();
});

it.each([undefined, null, [], {}, 'runs', [null], [{ kind: 'artifacts' }]])(
  'takes %j for no path',
  value => expect(isPath(value)).toBe(false)
);
