import { expect, it, vi } from 'vitest';

import { Changes } from '../../src/explorer/model/changes';
import { ApiError } from '../../src/explorer/api/errors';

/** A promise, and how to end it. */
function deferred() {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

it('shows a change at once, and the answer of the next look from then on', async () => {
  const [sent, looked] = [deferred(), deferred()];
  const follower = vi.fn(() => looked.promise);
  const changes = new Changes(follower);
  const acting = changes.act('r1', { state: 'CANCELING' }, () => sent.promise);
  expect(changes.of('r1')).toMatchObject({
    patch: { state: 'CANCELING' },
    busy: true
  });
  expect(follower).not.toHaveBeenCalled();
  sent.resolve();
  await Promise.resolve();
  await Promise.resolve();
  expect(follower).toHaveBeenCalledTimes(1);
  expect(changes.of('r1')?.patch).toEqual({ state: 'CANCELING' });
  looked.resolve();
  expect(await acting).toBe(true);
  expect(changes.of('r1')).toBeUndefined();
});

it('takes a refused change back and keeps the reason until it is dismissed', async () => {
  const follower = vi.fn(async () => undefined);
  const changes = new Changes(follower);
  const error = new ApiError('rbac-denied', {
    message: 'may not',
    status: 403
  });
  const done = await changes.act('r1', { state: 'X' }, () =>
    Promise.reject(error)
  );
  expect(done).toBe(false);
  expect(changes.of('r1')).toEqual({ patch: {}, busy: false, error });
  expect(follower).toHaveBeenCalledTimes(1);
  changes.dismiss('r1');
  expect(changes.of('r1')).toBeUndefined();
});

it('does one thing at a time to one thing, and others meanwhile', async () => {
  const changes = new Changes(async () => undefined);
  const sent = deferred();
  const send = vi.fn(() => sent.promise);
  const first = changes.act('r1', {}, send);
  expect(await changes.act('r1', {}, send)).toBe(false);
  changes.dismiss('r1');
  expect(changes.of('r1')?.busy).toBe(true);
  const other = changes.act('r2', {}, send);
  sent.resolve();
  expect(await Promise.all([first, other])).toEqual([true, true]);
  expect(send).toHaveBeenCalledTimes(2);
});

it('tells its listeners of every change', async () => {
  const changes = new Changes(async () => undefined);
  const listener = vi.fn();
  const stop = changes.subscribe(listener);
  await changes.act('r1', {}, () => Promise.resolve());
  changes.setWatched('r1', true);
  expect(changes.watched('r1')).toBe(true);
  expect(listener).toHaveBeenCalledTimes(3);
  stop();
  changes.setWatched('r1', false);
  expect(listener).toHaveBeenCalledTimes(3);
});
