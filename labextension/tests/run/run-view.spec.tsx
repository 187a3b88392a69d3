import { act, fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';

import type { Run } from '../../src/explorer/api/types';
import type { Source } from '../../src/explorer/model/environment';
import { english } from '../../src/explorer/model/i18n';
import type { View } from '../../src/explorer/model/navigation';
import { yamlOf } from '../../src/explorer/run/definition-view';
import { RunDocument } from '../../src/explorer/RunDocument';
import { aSource, anExperiment, aRun, FakeApi } from '../fake';
import { aNestedRun, NESTED, pipeline, ran, task } from './pipelines';

const QUICK = 1_000;

let api: FakeApi;
let source: Source;
let width: number;
const onOpen = vi.fn<(view: View) => void>();
const onRun = vi.fn<(run: Run) => void>();

/** Let `milliseconds` pass, with all that happens in them. */
const pass = (milliseconds = 50) =>
  act(() => vi.advanceTimersByTimeAsync(milliseconds));

async function show(run: Run = aNestedRun(), view?: string) {
  api.world.runs = [run];
  const shown = render(
    <RunDocument
      source={source}
      trans={english}
      visible
      runId={run.run_id}
      links={{ uiUrl: 'https://kubeflow.example.com/_/pipeline/' }}
      onRun={onRun}
      onOpen={onOpen}
    />
  );
  await pass();
  // The pictures are scripts of their own.
  await act(() => vi.dynamicImportSettled());
  await pass();
  if (view) {
    await openTab(view);
  }
  return shown;
}

async function openTab(name: string) {
  fireEvent.click(screen.getByRole('tab', { name }));
  await act(() => vi.dynamicImportSettled());
  await pass();
}

const tree = () => screen.getByRole('tree', { name: 'Task graph' });
const node = (name: RegExp) => within(tree()).getByRole('treeitem', { name });
const press = async (key: string) => {
  fireEvent.keyDown(document.activeElement ?? document.body, { key });
  await pass();
};

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-23T12:00:00Z') });
  onOpen.mockClear();
  onRun.mockClear();
  api = new FakeApi();
  api.world.experiments = [anExperiment('e1', { display_name: 'churn' })];
  source = aSource(api, { quick: QUICK, slow: null });
  width = 1000;
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', {
    configurable: true,
    get: () => width
  });
  HTMLElement.prototype.setPointerCapture = () => undefined;
  HTMLElement.prototype.releasePointerCapture = () => undefined;
});

describe('the graph', () => {
  it('is open around what failed', async () => {
    await show(aNestedRun(), 'Graph');
    const train = node(/^train, Failed/);
    expect(train.dataset['state']).toBe('FAILED');
    expect(node(/^flip, Succeeded/)).toBeTruthy();
    expect(node(/^condition-1, Failed.* if flip = /)).toBeTruthy();
    expect(node(/^clean-up, Running.* after condition-1$/)).toBeTruthy();
    expect(node(/^for-loop-2/).textContent).toContain('2 of 2 iterations');
  });

  it('waits behind a tab where there is no room', async () => {
    width = 280;
    await show(aNestedRun({ state: 'RUNNING' }));
    expect(screen.queryByRole('tree')).toBeNull();
    expect(screen.getByRole('list', { name: 'Tasks' })).toBeTruthy();
    await openTab('Graph');
    expect(node(/^train/)).toBeTruthy();
  });

  it('is walked through by keys', async () => {
    await show(
      aRun('r', {
        pipeline_spec: pipeline({
          one: task('one'),
          two: task('two', ['one'])
        }),
        tasks: [ran('one', ''), ran('two', '')]
      }),
      'Graph'
    );
    expect(node(/^one/).tabIndex).toBe(0);
    expect(node(/^two/).tabIndex).toBe(-1);
    node(/^one/).focus();
    await press('ArrowDown');
    expect(document.activeElement).toBe(node(/^two/));
    expect(node(/^two/).tabIndex).toBe(0);
    await press('Enter');
    expect(node(/^two/).getAttribute('aria-selected')).toBe('true');
    expect(
      screen.getByRole('complementary', { name: 'Details of two' })
    ).toBeTruthy();
    await press('Escape');
    expect(screen.queryByRole('complementary')).toBeNull();
  });

  it('closes and opens groups', async () => {
    await show(aNestedRun(), 'Graph');
    node(/^condition-1/).focus();
    await press(' ');
    expect(node(/^condition-1/).getAttribute('aria-expanded')).toBe('false');
    expect(
      within(tree()).queryByRole('treeitem', { name: /^train/ })
    ).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Open condition-1' }));
    expect(node(/^train/)).toBeTruthy();
    expect(screen.queryByRole('complementary')).toBeNull();
  });

  it('goes from one round of a loop to another', async () => {
    await show(aNestedRun(), 'Graph');
    const loop = node(/^for-loop-2/);
    const choice = within(loop).getByRole('combobox');
    expect(choice.textContent).toContain('Iteration 0 · Succeeded');
    fireEvent.click(within(loop).getByRole('button', { name: /Previous/ }));
    expect(
      within(tree()).queryByRole('treeitem', { name: /^train, Failed/ })
    ).toBeNull();
    expect(node(/^for-loop-3, Unknown/)).toBeTruthy();
  });

  it('zooms by buttons and keys', async () => {
    await show(aNestedRun(), 'Graph');
    const canvas = tree();
    const zoom = () => /scale\((.*)\)/.exec(canvas.style.transform)?.[1];
    const before = Number(zoom());
    fireEvent.click(screen.getByRole('button', { name: 'Zoom in (+)' }));
    expect(Number(zoom())).toBeCloseTo(before * 1.25);
    node(/^flip/).focus();
    await press('-');
    expect(Number(zoom())).toBeCloseTo(before);
  });

  it('follows the run without moving, and ends with it', async () => {
    const done = { state: 'SUCCEEDED' };
    const spec = pipeline({ one: task('one'), two: task('two', ['one']) });
    const running = aRun('r', {
      state: 'RUNNING',
      finished_at: null,
      pipeline_spec: spec,
      tasks: [ran('one', '', { state: 'RUNNING', finished_at: null })]
    });
    await show(running);
    expect(node(/^two, Not started/)).toBeTruthy();
    const place = node(/^one/).style.transform;
    const element = node(/^one/);
    fireEvent.click(screen.getByRole('button', { name: 'Zoom in (+)' }));
    const view = tree().style.transform;
    api.world.runs = [
      aRun('r', {
        ...done,
        pipeline_spec: spec,
        tasks: [ran('one', ''), ran('two', '')]
      })
    ];
    await pass(QUICK);
    expect(node(/^two, Succeeded/)).toBeTruthy();
    expect(node(/^one/)).toBe(element);
    expect(node(/^one/).style.transform).toBe(place);
    expect(tree().style.transform).toBe(view);
    expect(onRun).toHaveBeenLastCalledWith(expect.objectContaining(done));
    const calls = api.callsTo('runs/r').length;
    await pass(60_000);
    expect(api.callsTo('runs/r')).toHaveLength(calls);
  });

  it('shows names as text', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const { container } = await show(
      aRun('r', { tasks: [ran(name, '')], pipeline_spec: null }),
      'Graph'
    );
    expect(container.querySelector('img')).toBeNull();
    expect(within(tree()).getByText(name)).toBeTruthy();
  });
});

describe('the header', () => {
  it('says first which task failed and why, and leads to it', async () => {
    await show();
    const why = screen.getByRole('group', { name: 'Why the run failed' });
    expect(why.textContent).toContain('train failed');
    expect(why.textContent).toContain('exit code 137');
    expect(why.textContent).toContain('for-loop-2 › Iteration 1 › for-loop-3');
    fireEvent.click(within(why).getByRole('button', { name: 'train failed' }));
    await act(() => vi.dynamicImportSettled());
    await pass();
    const details = screen.getByRole('complementary', {
      name: 'Details of train'
    });
    expect(details.textContent).toContain('exit code 137');
    const open = async (section: string) => {
      fireEvent.click(within(details).getByRole('tab', { name: section }));
      await act(() => vi.dynamicImportSettled());
      await pass();
    };
    await open('Inputs');
    expect(within(details).getByText('depth')).toBeTruthy();
    await open('Outputs');
    expect(within(details).getByText('score')).toBeTruthy();
    await open('Details');
    expect(within(details).getByText('State history')).toBeTruthy();
  });

  it('leads to the experiment and to the Pipelines page', async () => {
    await show();
    fireEvent.click(screen.getByRole('button', { name: 'churn' }));
    expect(onOpen.mock.lastCall?.[0]).toMatchObject({
      kind: 'runs',
      query: { experiment_id: 'e1' }
    });
    const open = vi.spyOn(window, 'open').mockReturnValue(null);
    fireEvent.click(screen.getByRole('button', { name: /^Actions for/ }));
    fireEvent.click(
      screen.getByRole('menuitem', { name: 'Open in Pipelines UI' })
    );
    expect(open.mock.calls[0]?.[0]).toBe(
      'https://kubeflow.example.com/_/pipeline/?ns=team-a#/runs/details/nested'
    );
  });
});

it('shows the timeline, and keeps what is selected', async () => {
  await show(aNestedRun(), 'Graph');
  fireEvent.click(node(/^flip/));
  await openTab('Timeline');
  const rows = screen.getByRole('list', { name: 'Timeline' });
  const flip = within(rows).getByRole('button', { name: /^flip, Succeeded/ });
  expect(flip.getAttribute('aria-pressed')).toBe('true');
  expect(flip.getAttribute('aria-label')).toMatch(
    /, 1 min, \d\d:00:10 – \d\d:01:10$/
  );
  fireEvent.click(within(rows).getByRole('button', { name: /^train, Failed/ }));
  expect(
    screen.getByRole('complementary', { name: 'Details of train' })
  ).toBeTruthy();
});

it('goes through the tabs by arrow keys', async () => {
  await show(aNestedRun(), 'Summary');
  screen.getByRole('tab', { name: 'Summary' }).focus();
  await press('ArrowLeft');
  const last = screen.getByRole('tab', { name: 'Definition' });
  expect(document.activeElement).toBe(last);
  expect(last.getAttribute('aria-selected')).toBe('true');
  await press('Home');
  expect(document.activeElement).toBe(
    screen.getByRole('tab', { name: 'Summary' })
  );
});

describe('the definition', () => {
  it('is YAML that says the same', async () => {
    await show();
    await openTab('Definition');
    const text = screen.getByLabelText("The pipeline's definition");
    expect(text.textContent).toContain('condition-1:');
    expect(screen.getByRole('button', { name: 'Copy the YAML' })).toBeTruthy();
  });

  it('has the platform spec in a document of its own', () => {
    const platform = { platforms: { kubernetes: { deploymentSpec: {} } } };
    const yaml = yamlOf({ pipeline_spec: NESTED, platform_spec: platform });
    const read = parseAllDocuments(yaml).map(
      it => 'toJSON' in it && it.toJSON()
    );
    expect(read).toEqual([NESTED, platform]);
  });

  it('says so where Pipelines does not tell it', async () => {
    await show(aRun('r', { pipeline_spec: null }));
    await openTab('Definition');
    expect(screen.getByText(/did not return/)).toBeTruthy();
  });
});
