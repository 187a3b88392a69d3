import { act, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { beforeEach, expect, it, vi } from 'vitest';

import {
  isNamespace,
  rememberedWith
} from '../../src/explorer/model/namespaces';
import { ApiError } from '../../src/explorer/api/errors';
import { Explorer } from '../../src/explorer/Explorer';
import { Navigator } from '../../src/explorer/model/navigator';
import { english } from '../../src/explorer/model/i18n';
import { aSource, aDiagnosis, anExperiment, FakeApi } from '../fake';

let api: FakeApi;

const pass = () => act(async () => void (await vi.advanceTimersByTimeAsync(5)));
const field = () => screen.getByLabelText<HTMLInputElement>('Namespace');

async function show() {
  const source = aSource(api);
  const navigator = new Navigator();
  navigator.reveal(false);
  render(
    <Explorer source={source} navigator={navigator} trans={english} visible />
  );
  await pass();
}

async function use(namespace: string) {
  fireEvent.change(field(), { target: { value: namespace } });
  fireEvent.submit(field());
  await pass(); // Pipelines agrees.
  await pass(); // The list is asked for.
}

beforeEach(() => {
  vi.useFakeTimers();
  api = new FakeApi();
  api.world.experiments = [anExperiment('e1', { display_name: 'churn' })];
});

it('lists what is in the namespace that was chosen, and the usual one again', async () => {
  await show();
  expect(field().value).toBe('team-a');
  await use('team-b');
  const asked = () =>
    api.callsTo('experiments').map(({ namespace }) => namespace || '');
  expect(asked()).toEqual(['', 'team-b', 'team-b']);
  fireEvent.click(screen.getByRole('tab', { name: 'Runs' }));
  await pass();
  expect(api.callsTo('runs')[0]?.namespace).toBe('team-b');
  const known = [...document.querySelectorAll('datalist option')];
  expect(known.map(it => it.getAttribute('value'))).toEqual([
    'team-a',
    'team-b'
  ]);
  fireEvent.click(screen.getByRole('button', { name: 'Back to team-a' }));
  await pass();
  expect(api.callsTo('runs').at(-1)?.namespace || '').toBe('');
  expect(field().value).toBe('team-a');
});

it('stays where it is when the namespace is forbidden, and says what to paste', async () => {
  await show();
  api.failure = new ApiError('rbac-denied', {
    message: 'default-editor may not list experiments in team-x.',
    nextStep: 'Ask for a RoleBinding.',
    status: 403
  });
  api.world.diagnosis = aDiagnosis({
    ok: false,
    cause: 'rbac-denied',
    message: 'default-editor may not list experiments in team-x.',
    next_step: 'Ask for a RoleBinding.',
    who: 'administrator',
    paste: 'kind: RoleBinding'
  });
  await use('team-x');
  expect(screen.getByRole('alert').textContent).toContain('may not list');
  expect(screen.getByText('kind: RoleBinding')).toBeTruthy();
  expect(api.callsTo('doctor')).toEqual([{ namespace: 'team-x' }]);
  expect(field().value).toBe('team-x');
  expect(screen.getByText('churn')).toBeTruthy();
});

it('runs the probes once when it is told to', async () => {
  const source = aSource(api);
  const navigator = new Navigator();
  render(
    <Explorer source={source} navigator={navigator} trans={english} visible />
  );
  act(() => navigator.reveal(true));
  await pass();
  await pass();
  expect(api.callsTo('doctor')).toHaveLength(1);
  act(() => navigator.reveal(false));
  await pass();
  expect(screen.getByText('Everything is in place.')).toBeTruthy();
});

it('asks nothing for what is no namespace', async () => {
  await show();
  const calls = api.calls.length;
  await use('Team A');
  expect(field().getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByRole('alert').textContent).toContain('63');
  expect(api.calls.length).toBe(calls);
});

it.each([
  ['a', true],
  ['kubeflow-user-example-com', true],
  ['a'.repeat(63), true],
  ['a'.repeat(64), false],
  ['-a', false],
  ['a-', false],
  ['a.b', false],
  ['../x', false],
  ['', false]
])('knows what a namespace is: %s', (text, valid) => {
  expect(isNamespace(text)).toBe(valid);
});

it('remembers the latest first, each once, and a few only', () => {
  expect(rememberedWith(['a', 'b'], 'b')).toEqual(['b', 'a']);
  expect(rememberedWith(['a'], '')).toEqual(['a']);
  const many = Array.from({ length: 10 }, (_, index) => `n${index}`);
  expect(rememberedWith(many, 'new')).toEqual(['new', ...many.slice(0, 9)]);
});
