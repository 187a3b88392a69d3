import { act, fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';
import { beforeEach, expect, it, vi } from 'vitest';

import {
  outputLines,
  parameterLines
} from '../../src/explorer/compare/differences';
import { Explorer } from '../../src/explorer/Explorer';
import { english } from '../../src/explorer/model/i18n';
import { aSource, aRun, aTask, FakeApi } from '../fake';

let api: FakeApi;

const pass = () => act(async () => void (await vi.advanceTimersByTimeAsync(5)));

async function click(name: string) {
  fireEvent.click(screen.getByRole('button', { name }));
  await pass();
  await pass();
}

beforeEach(() => {
  vi.useFakeTimers();
  api = new FakeApi();
  api.world.runs = [0.9, 0.7, 0.8].map((accuracy, index) =>
    aRun(`r${index}`, {
      display_name: `train ${index}`,
      parameters: { data: 'all', depth: index },
      tasks: [aTask('t', { display_name: 'fit', outputs: { accuracy } })]
    })
  );
});

async function showRuns(): Promise<void> {
  render(
    <Explorer
      source={aSource(api)}
      trans={english}
      visible
      view={{ kind: 'runs', id: '', query: {} }}
    />
  );
  await pass();
}

it('puts chosen runs beside each other', async () => {
  await showRuns();
  expect(screen.queryByRole('checkbox')).toBeNull();
  await click('Choose runs to compare');
  fireEvent.click(screen.getByRole('checkbox', { name: 'Compare train 0' }));
  expect(screen.queryByRole('button', { name: 'Compare' })).toBeNull();
  fireEvent.click(screen.getByRole('checkbox', { name: 'Compare train 2' }));
  expect(screen.getByText('2 runs chosen')).toBeTruthy();
  await click('Compare');
  const table = within(screen.getByRole('table'));
  const line = (name: RegExp) => table.getByRole('row', { name }).textContent;
  expect(line(/^depth/)).toBe('depthdiffers02');
  expect(line(/^data/)).toBe('dataallall');
  expect(line(/^fit.accuracy/)).toBe('fit.accuracydiffers0.90.8');
  expect(line(/^State/)).toContain('Succeeded');
  await click('Remove train 0');
  expect(table.queryByText('train 0')).toBeNull();
  await click('Back to the list');
  expect(
    screen.getByRole('checkbox', { name: 'Compare train 2' })
  ).toHaveProperty('checked', true);
  await click('Choose no more');
  expect(screen.queryByRole('checkbox')).toBeNull();
});

it('lists what is archived when asked to', async () => {
  await showRuns();
  await click('Include archived');
  expect(api.callsTo('runs').at(-1)?.include_archived).toBe(true);
  const button = screen.getByRole('button', { name: 'Include archived' });
  expect(button.getAttribute('aria-pressed')).toBe('true');
  await click('Include archived');
  expect(button.getAttribute('aria-pressed')).toBe('false');
});

it('puts first what differs', () => {
  const runs = [
    aRun('a', { parameters: { same: 1, other: 'x', list: [1] } }),
    aRun('b', { parameters: { same: 1, list: [2] } })
  ];
  expect(parameterLines(runs)).toEqual([
    { name: 'other', values: ['x', undefined], differs: true },
    { name: 'list', values: ['[1]', '[2]'], differs: true },
    { name: 'same', values: ['1', '1'], differs: false }
  ]);
  expect(outputLines(runs)).toEqual([]);
});
