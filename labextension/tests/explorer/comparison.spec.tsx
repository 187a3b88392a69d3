import { act, fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';
import { beforeEach, expect, it, vi } from 'vitest';

import {
  argumentRows,
  bestOf,
  metricRows,
  outputRows
} from '../../src/explorer/compare/rows';
import { ComparisonDocument } from '../../src/explorer/ComparisonDocument';
import { Explorer } from '../../src/explorer/Explorer';
import { row } from '../panel';
import { english } from '../../src/explorer/model/i18n';
import { aRun, aSource, aTask, FakeApi } from '../fake';
import { expectAccessible } from '../axe';

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
  fireEvent.click(row('train 0'), { ctrlKey: true });
  expect(screen.queryByRole('button', { name: 'Compare' })).toBeNull();
  fireEvent.click(row('train 2'), { ctrlKey: true });
  expect(screen.getByText('2 selected')).toBeTruthy();
  await click('Compare');
  const table = within(screen.getByRole('table'));
  const line = (name: RegExp) => table.getByRole('row', { name }).textContent;
  const copy = 'Copy the value';
  expect(line(/^depth/)).toBe(`depth0${copy}2${copy}`);
  expect(table.queryByRole('row', { name: /^data/ })).toBeNull();
  expect(screen.getByText('2 equal rows hidden')).toBeTruthy();
  fireEvent.click(screen.getByRole('checkbox', { name: 'Differences only' }));
  expect(line(/^data/)).toBe(`dataall${copy}all${copy}`);
  expect(line(/^fit.accuracy/)).toBe(`fit.accuracy0.9${copy}0.8${copy}`);
  expect(line(/^State/)).toContain('Succeeded');
  await click('Remove train 0');
  expect(table.queryByText('train 0')).toBeNull();
  await click('Back');
  expect(row('train 2')).toBeTruthy();
});

it('measures metrics by the baseline, and draws curves over each other', async () => {
  localStorage.clear();
  const place = { task: 'fit', path: ['fit'] };
  api.world.comparison = {
    runs: api.world.runs.map(({ run_id, display_name, state }) => ({
      run_id,
      display_name,
      state,
      created_at: '',
      problem: null
    })),
    arguments: {},
    metrics: [
      { ...place, artifact: 'm', name: 'loss', values: [0.5, 0.25, 0.75] }
    ],
    curves: api.world.runs.map(({ run_id }) => ({
      ...place,
      run_id,
      artifact: 'roc',
      kind: 'roc',
      slice: '',
      points: [
        [0.5, 0, 0.5],
        [0.1, 1, 1]
      ]
    })),
    matrices: [
      {
        ...place,
        run_id: 'r1',
        artifact: 'cm',
        slice: '',
        categories: ['a', 'b'],
        rows: [
          [1, 2],
          [3, null]
        ]
      }
    ]
  };
  const { container } = render(
    <ComparisonDocument
      source={aSource(api)}
      trans={english}
      visible
      links={{ uiUrl: '' }}
      ids={['r0', 'r1', 'r2']}
      onOpen={() => undefined}
      onChange={() => undefined}
    />
  );
  await pass();
  await pass();
  await act(() => vi.dynamicImportSettled());
  await pass();
  const row = () => screen.getByRole('row', { name: /^loss/ }).textContent;
  expect(row()).toMatch(/0\.5.*0\.25.*-0\.25.*0\.75.*\+0\.25/);
  fireEvent.change(
    screen.getByRole('combobox', { name: 'Which loss is better' }),
    { target: { value: 'min' } }
  );
  expect(container.querySelector('.jp-mod-better')?.textContent).toBe('-0.25');
  expect(container.querySelector('.jp-mod-worse')?.textContent).toBe('+0.25');
  expect(screen.getByText('best').closest('td')?.dataset['run']).toBe(
    'train 1'
  );
  fireEvent.click(screen.getByRole('button', { name: 'loss' }));
  const heads = screen.getAllByRole('columnheader').map(it => it.textContent);
  expect(heads[1]).toContain('train 1');
  const plot = screen.getByRole('img', { name: /train 0.*train 1.*train 2/ });
  fireEvent.click(screen.getByRole('checkbox', { name: /^train 1/ }));
  expect(plot.getAttribute('aria-label')).not.toContain('train 1');
  expect(
    screen.getByRole('table', { name: /^Confusion matrix of train 1/ })
  ).toBeTruthy();
  vi.useRealTimers();
  await expectAccessible(container);
});

it('lists what is archived when asked to', async () => {
  await showRuns();
  await click('Filters');
  fireEvent.change(screen.getByRole('combobox', { name: 'Archived' }), {
    target: { value: 'both' }
  });
  await pass();
  expect(api.callsTo('runs').at(-1)?.include_archived).toBe(true);
  await click('Remove the filter With archived');
  expect(screen.queryByText('With archived')).toBeNull();
});

it('counts defaults as values', () => {
  const pipeline_spec = {
    root: {
      inputDefinitions: { parameters: { depth: { defaultValue: 6 } } }
    }
  };
  const runs = [
    aRun('a', { pipeline_spec, parameters: { other: 'x' } }),
    aRun('b', { pipeline_spec, parameters: { depth: 6 } }),
    aRun('c', { parameters: { depth: 7 } })
  ];
  const [depth, other] = argumentRows(runs);
  expect(depth).toEqual({
    key: 'depth',
    values: [
      { value: 6, isDefault: true },
      { value: 6, isDefault: false },
      { value: 7, isDefault: false }
    ],
    differs: true
  });
  expect(argumentRows(runs.slice(0, 2))[0]?.differs).toBe(false);
  expect(other?.values[1]).toBeUndefined();
  expect(outputRows(runs)).toEqual([]);
});

it('compares metrics of the store by their names, in the order of the runs', () => {
  const runs = [aRun('b'), aRun('a')];
  const metric = { path: [], artifact: 'm', values: [1, 2] };
  const comparison = {
    runs: ['a', 'b'].map(run_id => ({
      run_id,
      display_name: run_id,
      state: 'SUCCEEDED',
      created_at: '',
      problem: null
    })),
    arguments: {},
    metrics: [
      { ...metric, task: 'fit', name: 'loss' },
      { ...metric, task: 'fit', name: 'accuracy' },
      { ...metric, task: 'test', name: 'accuracy', values: [0.5, null] }
    ],
    curves: [],
    matrices: []
  };
  expect(
    metricRows(runs, comparison, english).map(({ key, values }) => [
      key,
      ...values
    ])
  ).toEqual([
    ['loss', 2, 1],
    ['fit.m.accuracy', 2, 1],
    ['test.m.accuracy', undefined, 0.5]
  ]);
});

it('knows the best only among numbers', () => {
  expect([...bestOf([0.5, 'x', 0.9, 0.9], 'max')]).toEqual([2, 3]);
  expect([...bestOf([0.5, undefined, 0.9], 'min')]).toEqual([0]);
  expect(bestOf([1], 'max').size).toBe(0);
});
