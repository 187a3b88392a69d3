import { act, renderHook } from '@testing-library/react';
import * as React from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import type {
  Answer,
  PipelinesApi,
  RequestOptions
} from '../../src/explorer/api/api';
import { ApiError } from '../../src/explorer/api/errors';
import type { Environment } from '../../src/explorer/model/environment';
import { EnvironmentProvider } from '../../src/explorer/model/environment';
import { english } from '../../src/explorer/model/i18n';
import { useList, useThing } from '../../src/explorer/model/queries';
import { EXPERIMENTS } from '../../src/explorer/model/sources';
import { BACKOFF, STATUS, Store } from '../../src/explorer/model/store';
import { anExperiment, FakeApi } from '../fake';

type Load = (
  api: PipelinesApi,
  options: RequestOptions
) => Promise<Answer<string>>;

const answer = (data: string): Promise<Answer<string>> =>
  Promise.resolve({ data, at: Date.now() });

let store: Store;
let load: ReturnType<typeof vi.fn<Load>>;

/** A question, followed by something that can be seen. */
function follow(delay: number | null = 10_000, key = ['it']) {
  const hook = renderHook(() => useThing(key, load, () => delay), {
    wrapper: Surroundings
  });
  const look = (visible: boolean) => {
    seen = visible;
    hook.rerender();
  };
  return { known: () => hook.result.current, look, stop: hook.unmount };
}

let seen = true;

function Surroundings(props: { children: React.ReactNode }): JSX.Element {
  const environment: Environment = {
    store,
    intervals: { quick: 10_000, slow: 60_000 },
    pageSize: 50,
    namespace: '',
    trans: english,
    links: { uiUrl: '', namespace: '' },
    visible: seen,
    announce: () => undefined
  };
  return (
    <EnvironmentProvider value={environment}>
      {props.children}
    </EnvironmentProvider>
  );
}

/** Let `milliseconds` pass, with all that happens in them. */
const pass = (milliseconds: number) =>
  act(() => vi.advanceTimersByTimeAsync(milliseconds));

beforeEach(() => {
  vi.useFakeTimers();
  seen = true;
  store = new Store(new FakeApi());
  load = vi.fn<Load>(() => answer('data'));
});

describe('a question', () => {
  it('is not asked before it can be seen', async () => {
    seen = false;
    follow();
    await pass(60_000);
    expect(load).not.toHaveBeenCalled();
  });

  it('is asked at once, then as often as it should', async () => {
    const { known } = follow();
    await pass(0);
    expect(known()).toMatchObject({ data: 'data', busy: false });
    await pass(9_000);
    expect(load).toHaveBeenCalledTimes(1);
    await pass(1_000);
    expect(load).toHaveBeenCalledTimes(2);
    // The second was unasked for: it counts as a poll.
    expect(load.mock.calls[1]?.[1].poll).toBe(true);
  });

  it('is not asked while it cannot be seen, and at once afterwards', async () => {
    const { look } = follow();
    await pass(0);
    look(false);
    await pass(60_000);
    expect(load).toHaveBeenCalledTimes(1);
    look(true);
    await pass(0);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('is not asked early when it is looked at again soon', async () => {
    const { look } = follow();
    await pass(1_000);
    look(false);
    look(true);
    await pass(8_000);
    expect(load).toHaveBeenCalledTimes(1);
    await pass(1_000);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('is not asked again where nothing will change', async () => {
    follow(null);
    await pass(3_600_000);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('is asked once, however many follow it', async () => {
    follow();
    follow();
    await pass(10_000);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('keeps the last good data and is asked ever more seldom after failures', async () => {
    const { known } = follow();
    await pass(0);
    load.mockRejectedValue(ApiError.local('jupyter-away'));
    await pass(10_000);
    expect(known()).toMatchObject({
      data: 'data',
      error: { cause: 'jupyter-away' }
    });
    expect(load).toHaveBeenCalledTimes(2);
    await pass(BACKOFF.first);
    expect(load).toHaveBeenCalledTimes(3);
    await pass(BACKOFF.first);
    expect(load).toHaveBeenCalledTimes(3);
    await pass(BACKOFF.first);
    expect(load).toHaveBeenCalledTimes(4);
    await pass(3_600_000);
    const calls = load.mock.calls.length;
    await pass(BACKOFF.longest);
    expect(load).toHaveBeenCalledTimes(calls + 1);
  });

  it('recovers by itself, and is then asked as often as before', async () => {
    load.mockRejectedValueOnce(ApiError.local('jupyter-away'));
    const { known } = follow();
    await pass(0);
    expect(known().data).toBeUndefined();
    await pass(BACKOFF.first);
    expect(known()).toMatchObject({ data: 'data', error: null });
    await pass(10_000);
    expect(load).toHaveBeenCalledTimes(3);
  });

  it('keeps saying why it failed while it is asked again', async () => {
    load.mockRejectedValue(ApiError.local('jupyter-away'));
    const { known } = follow();
    await pass(0);
    load.mockReturnValue(new Promise(() => undefined));
    await pass(BACKOFF.first);
    expect(load).toHaveBeenCalledTimes(2);
    expect(known().error?.cause).toBe('jupyter-away');
  });

  it('is asked at once when the user wants it, and not as a poll', async () => {
    const { known } = follow();
    await pass(1_000);
    await act(async () => void known().refresh());
    expect(load.mock.calls[1]?.[1].poll).toBe(false);
    await pass(9_900);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('says that the user waits', async () => {
    const { known } = follow();
    await pass(1_000);
    load.mockReturnValueOnce(new Promise(() => undefined));
    await act(async () => void known().refresh());
    expect(known().busy).toBe(true);
  });

  it('is called off when the user wants a newer answer', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    load.mockImplementationOnce((_, { signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    const { known } = follow();
    await pass(0);
    await act(() => known().refresh());
    expect(signals[0]?.aborted).toBe(true);
    expect(known()).toMatchObject({ data: 'data', busy: false });
  });

  it('is silent when nothing follows it any more', async () => {
    let settle: (answer: Answer<string>) => void = () => undefined;
    load.mockImplementationOnce(
      () => new Promise(resolve => (settle = resolve))
    );
    const { stop } = follow();
    await pass(0);
    stop();
    settle({ data: 'late', at: 0 });
    await pass(60_000);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('is asked again after what users do, except for the connection', async () => {
    follow();
    follow(60_000, [...STATUS] as string[]);
    await pass(0);
    expect(load).toHaveBeenCalledTimes(2);
    await act(() => store.lookAgain());
    expect(load).toHaveBeenCalledTimes(3);
    expect(load.mock.lastCall?.[1].poll).toBe(false);
  });

  it('is answered from what is known already', async () => {
    store.learn(['it'], { data: 'known', at: Date.now() - 4_000 });
    store.learn(['it'], { data: 'older', at: Date.now() - 5_000 });
    const { known } = follow();
    await pass(5_000);
    expect(known().data).toBe('known');
    expect(load).not.toHaveBeenCalled();
    await pass(1_000);
    expect(load).toHaveBeenCalledTimes(1);
  });
});

describe('a list with another filter', () => {
  const list = (initial: { search: string; experiment_id?: string }) =>
    renderHook(query => useList(EXPERIMENTS, query), {
      wrapper: Surroundings,
      initialProps: initial
    });

  function aStore(): FakeApi {
    const api = new FakeApi();
    api.world.experiments = [anExperiment('e1', { display_name: 'churn' })];
    store = new Store(api);
    return api;
  }

  it('shows the old rows, marked, until the new ones are there', async () => {
    aStore();
    const { result, rerender } = list({ search: '' });
    await pass(0);
    rerender({ search: 'other' });
    expect(result.current).toMatchObject({ outdated: true, busy: true });
    expect(result.current.data?.items).toHaveLength(1);
    await pass(0);
    expect(result.current.data?.items).toHaveLength(0);
  });

  it('drops the old rows when the new question fails', async () => {
    const api = aStore();
    const { result, rerender } = list({ search: '' });
    await pass(0);
    api.failure = ApiError.local('jupyter-away');
    rerender({ search: 'other' });
    await pass(0);
    expect(result.current).toMatchObject({ data: undefined, outdated: false });
  });

  it('shows nothing of another experiment', async () => {
    aStore();
    const { result, rerender } = list({ search: '', experiment_id: 'e1' });
    await pass(0);
    rerender({ search: '', experiment_id: 'e2' });
    expect(result.current.data).toBeUndefined();
  });
});
