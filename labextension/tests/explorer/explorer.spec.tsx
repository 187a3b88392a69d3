import { act, fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { ApiError } from '../../src/explorer/api/errors';
import { DEBOUNCE } from '../../src/explorer/components/search-box';
import type { ExplorerProps } from '../../src/explorer/Explorer';
import { Explorer } from '../../src/explorer/Explorer';
import {
  choose,
  click,
  openMenu,
  openRow,
  openTab,
  pass,
  rows
} from '../panel';
import { english } from '../../src/explorer/model/i18n';
import { questionKey } from '../../src/explorer/model/queries';
import type { View } from '../../src/explorer/model/navigation';
import { BACKOFF } from '../../src/explorer/model/store';
import {
  aDiagnosis,
  anExperiment,
  aSource,
  aPipeline,
  aRecurringRun,
  aRun,
  aStatus,
  aTask,
  FakeApi
} from '../fake';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const QUICK = 10_000;
const SLOW = 60_000;

let api: FakeApi;

function element(props: Partial<ExplorerProps> = {}) {
  return (
    <Explorer source={SOURCES.get(api)} trans={english} visible {...props} />
  );
}

/** One source for each fake, as a host would keep it. */
const SOURCES = {
  known: new WeakMap<FakeApi, ExplorerProps['source']>(),
  get(api: FakeApi): ExplorerProps['source'] {
    const source =
      this.known.get(api) ?? aSource(api, { quick: QUICK, slow: SLOW });
    this.known.set(api, source);
    return source;
  }
};

async function show(props: Partial<ExplorerProps> = {}) {
  const shown = render(element(props));
  await pass();
  return shown;
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  api = new FakeApi();
  api.world.experiments = [
    anExperiment('e1', { display_name: 'churn' }),
    anExperiment('e2', { display_name: 'fraud', last_run_created_at: null })
  ];
  api.world.runs = [
    aRun('r1', {
      display_name: 'train',
      created_at: '2026-11-23T11:57:00Z',
      finished_at: '2026-11-23T11:59:00Z',
      parameters: { depth: 7 },
      tasks: [
        aTask('t1', { display_name: 'prepare', inputs: { rows: 10 } }),
        aTask('t2', {
          display_name: 'fit',
          state: 'FAILED',
          error: 'exit code 137'
        })
      ]
    }),
    aRun('r2', { display_name: 'other', experiment_id: 'e2' })
  ];
});

async function tab(name: string | RegExp) {
  fireEvent.click(screen.getByRole('tab', { name }));
  await pass();
}

describe('walking through', () => {
  it('goes from experiments to runs to tasks, and back', async () => {
    await show();
    expect(rows()).toHaveLength(2);
    await openRow('churn');
    expect(rows()).toHaveLength(1);
    expect(api.callsTo('runs')[0]?.experiment_id).toBe('e1');
    await openRow('train');
    expect(
      screen.getByText('2 of 2 tasks: 1 succeeded, 1 failed')
    ).toBeTruthy();
    await tab(/^Tasks/);
    await click(/^fit/);
    expect(screen.getByText('exit code 137')).toBeTruthy();
    await click('Back');
    await click('Back');
    expect(rows()).toHaveLength(2);
  });

  it('shows at once what it has seen before', async () => {
    await show();
    await openRow('churn');
    const calls = api.calls.length;
    await click('Back');
    expect(rows()).toHaveLength(2);
    expect(api.calls.length).toBe(calls);
  });

  it('has a flat list of runs with states in words', async () => {
    api.world.runs.push(
      aRun('r3', { state: 'CANCELED' }),
      aRun('r4', { state: 'BRAND_NEW' })
    );
    await show();
    await openTab('Runs');
    expect(screen.getAllByText('Succeeded').length).toBeGreaterThan(1);
    expect(rows().map(it => it.textContent)).toEqual([
      expect.stringMatching(/^trainSucceeded3 min. ago2 min/),
      expect.stringContaining('otherSucceeded'),
      expect.stringContaining('Terminated'),
      expect.stringContaining('BRAND_NEW')
    ]);
  });

  it('shows recurring runs and pipelines', async () => {
    api.world.recurringRuns = [
      aRecurringRun('q1', { cron: '', interval_seconds: 3600 }),
      aRecurringRun('q2', { enabled: false, cron: '0 0 3 * * *' })
    ];
    api.world.pipelines = [aPipeline('p1')];
    await show();
    await openTab('Recurring');
    expect(screen.getByText('every 1 h')).toBeTruthy();
    expect(screen.getByText('daily at 03:00 UTC')).toBeTruthy();
    expect(screen.getByText('Disabled')).toBeTruthy();
    await openTab('Pipelines');
    expect(screen.getByText('shared')).toBeTruthy();
    await openRow('pipeline p1');
    expect(screen.getByText('This pipeline has no versions yet.')).toBeTruthy();
  });

  it('begins where it is told to', async () => {
    await show({ view: { kind: 'run', id: 'r1', query: {} } });
    expect(screen.getByRole('heading', { name: 'train' })).toBeTruthy();
    const trail = screen.getByRole('navigation', { name: 'Path' });
    expect(within(trail).getByText('train')).toBeTruthy();
    await tab('Summary');
    expect(screen.getByText('depth')).toBeTruthy();
    await click('Back');
    expect(rows()).toHaveLength(2);
  });

  it('shows whose runs they are when it begins with them', async () => {
    const query = { experiment_id: 'e2', sort_by: 'finished_at desc' };
    await show({ view: { kind: 'runs', id: '', query } });
    expect(rows()).toHaveLength(1);
    const trail = screen.getByRole('navigation', { name: 'Path' });
    expect(within(trail).getByText('fraud')).toBeTruthy();
    await click('Filters');
    const order = screen.getByRole('combobox', { name: 'Order' });
    expect((order as HTMLSelectElement).value).toBe('finished_at desc');
    await click('Back');
    expect(screen.getByText('fraud')).toBeTruthy();
  });

  it('begins with experiments where it does not know the view', async () => {
    await show({ view: { kind: 'artifacts', id: '' } as unknown as View });
    expect(rows()).toHaveLength(2);
  });

  it('walks through the rows with the keyboard', async () => {
    await show();
    const [first, second] = rows();
    expect([first?.tabIndex, second?.tabIndex]).toEqual([0, -1]);
    first?.focus();
    fireEvent.keyDown(first as HTMLElement, { key: 'ArrowDown' });
    await pass(50);
    expect(document.activeElement).toBe(second);
    expect([first?.tabIndex, second?.tabIndex]).toEqual([-1, 0]);
    fireEvent.keyDown(second as HTMLElement, { key: 'Home' });
    await pass(50);
    expect(document.activeElement).toBe(first);
  });
});

describe('lists', () => {
  it('say how many there are and how old the data is', async () => {
    api.world.experiments = many(500);
    api.age = 30_000;
    const { container } = await show();
    expect(container.querySelector('.jp-kfp-Foot')?.textContent).toContain(
      '50 of 500'
    );
    expect(container.querySelector('.jp-kfp-Age')?.textContent).toBe(
      '30 sec. ago'
    );
    await click('Load More');
    expect(container.querySelector('.jp-kfp-Foot')?.textContent).toContain(
      '100 of 500'
    );
  });

  it('search after a pause, from the first page on', async () => {
    api.world.experiments = many(500);
    await show();
    await click('Load More');
    const calls = api.callsTo('experiments').length;
    const box = screen.getByRole('searchbox');
    for (const value of ['4', '49', '499']) {
      fireEvent.change(box, { target: { value } });
      await pass(DEBOUNCE / 2);
    }
    expect(api.callsTo('experiments')).toHaveLength(calls);
    await pass(DEBOUNCE);
    await pass();
    expect(api.callsTo('experiments')).toHaveLength(calls + 1);
    expect(api.callsTo('experiments').at(-1)).toEqual({
      search: '499',
      page_size: 50
    });
    expect(rows()).toHaveLength(1);
  });

  it('begin anew in another order or with another filter', async () => {
    api.world.runs = Array.from({ length: 120 }, (_, index) =>
      aRun(`r${index}`)
    );
    await show();
    await openTab('Runs');
    await click('Load More');
    await click('Filters');
    fireEvent.change(screen.getByRole('combobox', { name: 'Order' }), {
      target: { value: 'name asc' }
    });
    await pass();
    expect(api.callsTo('runs').at(-1)).toEqual({
      sort_by: 'name asc',
      page_size: 50
    });
    fireEvent.click(screen.getByRole('checkbox', { name: 'Failed' }));
    await pass();
    expect(api.callsTo('runs').at(-1)).toMatchObject({ state: 'FAILED' });
    expect(screen.getByText('Nothing matches.')).toBeTruthy();
    await click('Clear Filters');
    expect(rows().length).toBeGreaterThan(0);
  });

  it('never have more than 100 row elements', async () => {
    const data = { items: many(10_000), total: 10_000, next: '' };
    SOURCES.get(api).store.learn(questionKey('experiments'), { data, at: NOW });
    await show();
    expect(screen.getAllByText('10,000 of 10,000').length).toBeGreaterThan(0);
    expect(rows().length).toBeGreaterThan(10);
    expect(rows().length).toBeLessThan(100);
    expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe(
      '10000'
    );
  });

  it('say so when there is nothing', async () => {
    api.world.experiments = [];
    await show();
    expect(screen.getByText('No experiments yet.')).toBeTruthy();
  });

  it('show names as text, whatever they hold', async () => {
    const evil = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
    api.world.experiments = [anExperiment('e1', { display_name: evil })];
    api.world.runs = [
      aRun('r1', {
        display_name: evil,
        description: evil,
        error: evil,
        parameters: { [evil]: evil },
        tasks: [aTask('t1', { display_name: evil, error: evil })]
      })
    ];
    const { container } = await show();
    await openRow(evil);
    expect(container.querySelector('img, script')).toBeNull();
    await openRow(evil);
    await tab('Summary');
    expect(container.textContent).toContain(evil);
    expect(container.querySelector('img, script')).toBeNull();
  });
});

describe('links', () => {
  const opened = async () => {
    const open = vi.spyOn(window, 'open').mockReturnValue(null);
    await openMenu('churn');
    await choose('Open in Pipelines UI');
    return open.mock.calls[0];
  };

  it("lead to the Pipelines page on this page's own host", async () => {
    await show();
    const [url, target, features] = (await opened()) ?? [];
    expect(url).toBe(
      `${window.location.origin}/_/pipeline/?ns=team-a#/experiments/details/e1`
    );
    expect(target).toBe('_blank');
    expect(features).toContain('noopener');
  });

  it('lead to the address that the user prefers', async () => {
    await show({ links: { uiUrl: 'https://kfp.example.com' } });
    expect((await opened())?.[0]).toBe(
      'https://kfp.example.com/?ns=team-a#/experiments/details/e1'
    );
  });
});

describe('staying current', () => {
  it('is quick while something is unfinished, and slow afterwards', async () => {
    api.world.runs[0] = aRun('r1', { state: 'RUNNING', finished_at: null });
    await show();
    await openTab('Runs');
    await pass(QUICK);
    expect(api.callsTo('runs')).toHaveLength(2);
    api.world.runs[0] = aRun('r1', { state: 'SUCCEEDED' });
    await pass(QUICK);
    expect(api.callsTo('runs')).toHaveLength(3);
    await pass(SLOW - 1);
    expect(api.callsTo('runs')).toHaveLength(3);
    await pass(1);
    expect(api.callsTo('runs')).toHaveLength(4);
    expect(api.calls.every(call => call.poll)).toBe(true);
  });

  it('sends nothing while it cannot be seen', async () => {
    const { rerender } = await show({ visible: false });
    await pass(SLOW * 10);
    expect(api.calls).toHaveLength(0);
    rerender(element());
    await pass();
    expect(api.callsTo('experiments')).toHaveLength(1);
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    document.dispatchEvent(new Event('visibilitychange'));
    const calls = api.calls.length;
    await pass(SLOW * 10);
    expect(api.calls).toHaveLength(calls);
  });

  it('sends nothing after it was taken away', async () => {
    const { unmount } = await show();
    unmount();
    const calls = api.calls.length;
    await pass(SLOW * 10);
    expect(api.calls).toHaveLength(calls);
  });

  it('refreshes when the user asks, which counts as activity', async () => {
    await show();
    await click('Refresh');
    expect(api.calls.at(-1)).toMatchObject({
      path: 'experiments',
      poll: false
    });
    const calls = api.callsTo('experiments').length;
    await act(() => SOURCES.get(api).store.lookAgain());
    expect(api.callsTo('experiments')).toHaveLength(calls + 1);
  });

  it('tells a screen reader when a run changes its state', async () => {
    api.world.runs[0] = aRun('r1', { display_name: 'train', state: 'RUNNING' });
    await show({ view: { kind: 'run', id: 'r1', query: {} } });
    api.world.runs[0] = aRun('r1', { display_name: 'train', state: 'FAILED' });
    await pass(QUICK);
    expect(screen.getByText('train: Failed')).toBeTruthy();
  });
});

describe('problems', () => {
  const denied = new ApiError('token-missing', {
    message: 'No token is mounted.',
    nextStep: 'Ask for the PodDefault below.',
    status: 502
  });

  it('show one cause, the next step, and what to paste', async () => {
    api.failure = denied;
    api.world.diagnosis = aDiagnosis({
      ok: false,
      cause: 'token-missing',
      message: denied.message,
      next_step: denied.nextStep,
      who: 'administrator',
      paste: 'kind: PodDefault',
      checks: [
        { name: 'token', title: 'Token', outcome: 'failed', detail: 'no file' }
      ]
    });
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal('isSecureContext', true);
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText } });
    await show();
    expect(screen.getByRole('alert').textContent).toContain(denied.message);
    expect(screen.getByText(denied.nextStep)).toBeTruthy();
    expect(screen.getByText('kind: PodDefault')).toBeTruthy();
    await click('Copy');
    expect(writeText).toHaveBeenCalledWith('kind: PodDefault');
    expect(screen.getByText('Copied')).toBeTruthy();
    await click('What was checked');
    expect(screen.getByText(/Token: failed/)).toBeTruthy();
    await click('Copy Report');
    const [report] = writeText.mock.lastCall as unknown as [string];
    expect(report).toContain('Cause: token-missing');
    expect(report).toContain('- Token: failed, no file');
    expect(
      screen.getByText('Cause: token-missing').getAttribute('href')
    ).toMatch(/\/problems\.html#token-missing$/);
    expect(api.callsTo('doctor')).toHaveLength(1);
    expect(screen.getByText('Not connected')).toBeTruthy();
  });

  it('say how to enable the server part where it is missing', async () => {
    api.failure = ApiError.local('server-extension-missing', 404);
    await show();
    expect(
      screen.getByText(/jupyter server extension enable jupyter_kfp_auth/)
    ).toBeTruthy();
    expect(api.callsTo('doctor')).toHaveLength(0);
  });

  it('keep the last good data, and go away by themselves', async () => {
    await show();
    api.failure = ApiError.local('jupyter-away');
    await pass(SLOW);
    expect(rows()).toHaveLength(2);
    expect(screen.getByText(/The Jupyter server does not answer/)).toBeTruthy();
    expect(screen.getByText(/^Not updated/)).toBeTruthy();
    await click('What to Do');
    expect(screen.getByRole('alert').textContent).toContain('does not answer');
    await click('Back to the list');
    api.failure = null;
    await pass(BACKOFF.first);
    expect(screen.queryByText(/^Not updated/)).toBeNull();
  });

  it('can be tried again at once', async () => {
    api.failure = denied;
    await show();
    api.failure = null;
    await click('Try Again');
    expect(rows()).toHaveLength(2);
  });

  it('make the connection be looked at again, when they come and go', async () => {
    await show();
    api.failure = denied;
    await openTab('Runs');
    await pass();
    expect(screen.getByText('Not connected')).toBeTruthy();
    api.failure = null;
    await click('Try Again');
    await pass();
    expect(screen.queryByText('Not connected')).toBeNull();
  });

  it('never look like an empty list', async () => {
    api.failure = denied;
    await show();
    expect(screen.queryByText('No experiments yet.')).toBeNull();
  });
});

describe('the connection', () => {
  it('is told with its origins', async () => {
    api.world.status = aStatus();
    await show();
    await click(/^Connection/);
    expect(
      screen.getByText('system:serviceaccount:team-a:default-editor')
    ).toBeTruthy();
    expect(screen.getByText("from the token's claim")).toBeTruthy();
    expect(screen.getByText('Expires in 52 min.')).toBeTruthy();
    await click('Check Connection');
    expect(screen.getByText('Everything is in place.')).toBeTruthy();
  });

  it('says when it is the sandbox', async () => {
    api.world.status.pipelines.stand_in = true;
    await show();
    expect(screen.getByText('team-a (sandbox)')).toBeTruthy();
  });

  it('warns when panel and server speak different interfaces', async () => {
    api.world.status = { ...aStatus(), api_version: '2' as '1' };
    await show();
    expect(screen.getByText(/different versions/)).toBeTruthy();
    await click('Dismiss');
    expect(screen.queryByText(/different versions/)).toBeNull();
  });
});

function many(count: number) {
  return Array.from({ length: count }, (_, index) => anExperiment(`e${index}`));
}
