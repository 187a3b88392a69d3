import { beforeEach, describe, expect, it, vi } from 'vitest';

import type { Answer } from '../../src/explorer/api/api';
import { ApiError } from '../../src/explorer/api/errors';
import type { LiveOptions } from '../../src/explorer/model/live';
import { BACKOFF, Live } from '../../src/explorer/model/live';

type Load = LiveOptions<string>['load'];

const answer = (data: string): Promise<Answer<string>> =>
  Promise.resolve({ data, at: Date.now() });

function make(options: Partial<LiveOptions<string>> = {}) {
  const load = vi.fn<Load>(() => answer('data'));
  return { load, live: new Live({ load, delay: () => 10_000, ...options }) };
}

/** Let `milliseconds` pass, with all that happens in them. */
const pass = (milliseconds: number) =>
  vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => {
  vi.useFakeTimers();
});

describe('Live', () => {
  it('asks nothing before somebody looks', async () => {
    const { load } = make();
    await pass(60_000);
    expect(load).not.toHaveBeenCalled();
  });

  it('asks at once, then as often as it should', async () => {
    const { load, live } = make();
    live.setActive(true);
    await pass(0);
    expect(live.snapshot()).toMatchObject({ data: 'data', busy: false });
    await pass(9_000);
    expect(load).toHaveBeenCalledTimes(1);
    await pass(1_000);
    expect(load).toHaveBeenCalledTimes(2);
    // The second was unasked for: it counts as a poll.
    expect(load.mock.calls[1]?.[1]).toBe(true);
  });

  it('sends nothing while nobody looks, and asks at once afterwards', async () => {
    const { load, live } = make();
    live.setActive(true);
    await pass(0);
    live.setActive(false);
    await pass(60_000);
    expect(load).toHaveBeenCalledTimes(1);
    live.setActive(true);
    await pass(0);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('does not ask early when it is looked at again soon', async () => {
    const { load, live } = make();
    live.setActive(true);
    await pass(1_000);
    live.setActive(false);
    live.setActive(true);
    await pass(8_000);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('stops where nothing will change', async () => {
    const { load, live } = make({ delay: () => null });
    live.setActive(true);
    await pass(3_600_000);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('keeps the last good data and asks ever more seldom after failures', async () => {
    const { load, live } = make();
    live.setActive(true);
    await pass(0);
    load.mockRejectedValue(ApiError.local('jupyter-away'));
    await pass(10_000);
    expect(live.snapshot()).toMatchObject({
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
    await pass(24 * 3_600_000);
    const calls = load.mock.calls.length;
    await pass(BACKOFF.longest);
    expect(load).toHaveBeenCalledTimes(calls + 1);
  });

  it('recovers by itself, and is then as quick as before', async () => {
    const { load, live } = make();
    load.mockRejectedValueOnce(ApiError.local('jupyter-away'));
    live.setActive(true);
    await pass(0);
    expect(live.snapshot().data).toBeUndefined();
    await pass(BACKOFF.first);
    expect(live.snapshot()).toMatchObject({ data: 'data', error: null });
    await pass(10_000);
    expect(load).toHaveBeenCalledTimes(3);
  });

  it('asks at once when it is told to, and not as a poll', async () => {
    const { load, live } = make();
    live.setActive(true);
    await pass(1_000);
    void live.refresh();
    expect(live.snapshot().busy).toBe(true);
    await pass(0);
    expect(load.mock.calls[1]?.[1]).toBe(false);
    await pass(9_900);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('calls off what is under way when it is told to ask again', async () => {
    const { load, live } = make();
    const signals: AbortSignal[] = [];
    load.mockImplementationOnce(signal => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    live.setActive(true);
    await pass(0);
    await live.refresh();
    expect(signals[0]?.aborted).toBe(true);
    expect(live.snapshot()).toMatchObject({ data: 'data', busy: false });
  });

  it('is silent after it was stopped', async () => {
    const { load, live } = make();
    let settle: (answer: Answer<string>) => void = () => undefined;
    load.mockImplementationOnce(
      () => new Promise(resolve => (settle = resolve))
    );
    live.setActive(true);
    await pass(0);
    live.stop();
    settle({ data: 'late', at: 0 });
    await pass(60_000);
    expect(live.snapshot().data).toBeUndefined();
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('drops data that answers an earlier question when the new one fails', async () => {
    const { load, live } = make({
      initial: { data: 'old', at: 1, outdated: true }
    });
    load.mockRejectedValue(ApiError.local('jupyter-away'));
    expect(live.snapshot()).toMatchObject({ data: 'old', outdated: true });
    live.setActive(true);
    await pass(0);
    expect(live.snapshot()).toMatchObject({ data: undefined, outdated: false });
  });
});
