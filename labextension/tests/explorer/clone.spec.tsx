import { act, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { readTyped, typedOf } from '../../src/explorer/forms/arguments';
import { choose, openMenu } from '../panel';
import { HostProvider } from '../../src/explorer/model/host';
import { ApiError } from '../../src/explorer/api/errors';
import type { RunParameter } from '../../src/explorer/api/types';
import { Explorer } from '../../src/explorer/Explorer';
import { english } from '../../src/explorer/model/i18n';
import { aSource, aRun, FakeApi } from '../fake';

const parameter = (
  name: string,
  type: string,
  change: Partial<RunParameter> = {}
): RunParameter => ({
  name,
  type,
  required: false,
  default: null,
  choices: [],
  description: '',
  value: null,
  ...change
});

let api: FakeApi;
const openRun = vi.fn();

const pass = () => act(async () => void (await vi.advanceTimersByTimeAsync(5)));

async function openForm(host: object = { openRun }) {
  render(
    <HostProvider value={host}>
      <Explorer
        source={aSource(api)}
        trans={english}
        visible
        view={{ kind: 'runs', id: '', query: {} }}
      />
    </HostProvider>
  );
  await pass();
  await openMenu('train');
  await choose('Clone…');
  await act(() => vi.dynamicImportSettled());
  await pass();
}

const field = (name: string) =>
  screen.getByLabelText(new RegExp(`^${name}`)) as HTMLInputElement;
const type = (name: string, value: string) =>
  fireEvent.change(field(name), { target: { value } });
const start = async () => {
  const button = screen.getByRole('button', { name: /^Start/ });
  const form = button.closest('form') as HTMLFormElement;
  fireEvent.submit(form);
  fireEvent.submit(form);
  await pass();
  await pass();
};

beforeEach(() => {
  vi.useFakeTimers();
  openRun.mockClear();
  api = new FakeApi();
  api.world.runs = [aRun('r1', { display_name: 'train', state: 'FAILED' })];
  api.world.parameters = {
    name: 'Clone of train',
    parameters: [
      parameter('data', 'STRING', { required: true, value: 'all' }),
      parameter('depth', 'NUMBER_INTEGER', { default: 3, value: 5 }),
      parameter('fast', 'BOOLEAN', { default: false, value: true }),
      parameter('regions', 'LIST', { default: ['north'] })
    ]
  };
});

it('is filled in with what the run was given', async () => {
  await openForm();
  expect(field('Name of the new run').value).toBe('Clone of train');
  expect(document.activeElement).toBe(field('Name of the new run'));
  expect(field('data').value).toBe('all');
  expect(field('depth').value).toBe('5');
  expect(field('fast').checked).toBe(true);
  expect(JSON.parse(field('regions').value)).toEqual(['north']);
});

it('sends what changes, once, and opens the new run, which is watched', async () => {
  await openForm({ openRun, notifies: true });
  type('Name of the new run', ' deeper ');
  type('depth', '8');
  fireEvent.click(field('fast'));
  type('regions', '["south"]');
  await start();
  expect(api.created).toEqual([
    {
      clone_of: 'r1',
      name: 'deeper',
      parameters: { depth: 8, fast: null, regions: ['south'] }
    }
  ]);
  expect(openRun.mock.calls[0]?.[0]).toMatchObject({ run_id: 'new' });
  expect(screen.queryByRole('button', { name: /^Start/ })).toBeNull();
});

it('goes to the new run where there are no tabs', async () => {
  await openForm({});
  api.world.runs.push(aRun('new', { display_name: 'Clone of train' }));
  await start();
  expect(screen.getByRole('heading', { name: 'Clone of train' })).toBeTruthy();
});

it('says beside the field what is wrong, and sends nothing', async () => {
  await openForm();
  type('depth', 'deep');
  type('regions', '[1');
  await start();
  expect(api.created).toEqual([]);
  expect(screen.getByText('This is no whole number.')).toBeTruthy();
  expect(screen.getByText(/^This is no JSON/)).toBeTruthy();
  expect(document.activeElement).toBe(field('depth'));
});

it('shows what the server finds wrong where it belongs, and keeps what was typed', async () => {
  await openForm();
  type('data', 'none');
  api.failure = new ApiError('invalid-request', {
    fields: { data: 'There is no such data.' }
  });
  await start();
  expect(screen.getByText('There is no such data.')).toBeTruthy();
  expect(field('data').getAttribute('aria-invalid')).toBe('true');
  expect(field('data').value).toBe('none');
  api.failure = null;
  await start();
  expect(api.created).toHaveLength(2);
  expect(openRun).toHaveBeenCalledTimes(1);
});

it('shows what to paste when it is refused', async () => {
  await openForm();
  api.failure = new ApiError('rbac-denied', {
    message: 'You may not create runs.',
    paste: 'kind: RoleBinding'
  });
  await start();
  expect(screen.getByText('kind: RoleBinding')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Copy' })).toBeTruthy();
});

it('goes away by Escape', async () => {
  await openForm();
  fireEvent.keyDown(field('data'), { key: 'Escape' });
  expect(screen.queryByRole('button', { name: /^Start/ })).toBeNull();
});

describe('what was typed', () => {
  const read = (it: RunParameter, typed: string | boolean) =>
    readTyped(it, typed, english);

  it.each([
    [parameter('a', 'NUMBER_DOUBLE', { value: 1 }), '1e-3', 0.001],
    [parameter('a', 'NUMBER_INTEGER', { default: 3, value: 5 }), '3', null],
    [parameter('a', 'NUMBER_INTEGER', { value: 5 }), '', null],
    [
      parameter('a', 'NUMBER_INTEGER'),
      '99999999999999999999',
      '99999999999999999999'
    ],
    [parameter('a', 'STRING', { value: 'x' }), '', ''],
    [parameter('a', '', { value: 'x' }), '5', '5'],
    [parameter('a', 'STRUCT'), '{"b": 1}', { b: 1 }],
    [parameter('a', 'STRING', { choices: ['x', 'y'], value: 'x' }), 'y', 'y'],
    [parameter('a', 'NUMBER_INTEGER', { choices: [1, 2], value: 1 }), '2', 2]
  ])('for %j: %j is sent as %j', (it, typed, value) => {
    expect(read(it, typed)).toEqual({ is: 'value', value });
  });

  it.each([
    [parameter('a', 'NUMBER_DOUBLE'), '0,5'],
    [parameter('a', 'NUMBER_INTEGER'), '1.5'],
    [parameter('a', 'NUMBER_INTEGER', { required: true, value: 1 }), ' '],
    [parameter('a', 'STRING', { required: true }), ''],
    [parameter('a', 'LIST'), '{}'],
    [parameter('a', 'STRUCT'), '[]'],
    [parameter('a', 'STRUCT'), 'null']
  ])('for %j: %j is wrong', (it, typed) => {
    expect(read(it, typed).is).toBe('wrong');
  });

  it.each(['STRING', 'NUMBER_DOUBLE', 'BOOLEAN', 'LIST', 'STRUCT', ''])(
    'of type "%s" is kept when nothing was typed',
    type => {
      const it = parameter('a', type, { default: null, value: 1 });
      expect(read(it, typedOf(it))).toEqual({ is: 'kept' });
    }
  );
});
