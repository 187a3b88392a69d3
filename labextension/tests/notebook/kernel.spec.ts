import { beforeEach, expect, it, vi } from 'vitest';

import { KernelConnection, PATIENCE } from '../../src/notebook/kernel';
import { aState, FakeModel } from './fake-model';

const asking = (path: string) => new Request(`http://kfp.invalid/${path}`);

let model: FakeModel;
let kernel: KernelConnection;

beforeEach(() => {
  vi.useFakeTimers();
  model = new FakeModel(aState());
  kernel = new KernelConnection(model);
});

it('asks in the words of the REST interface', async () => {
  const reply = kernel.transport(asking('runs?state=FAILED'), {});
  expect(model.sent).toEqual([
    {
      kind: 'request',
      id: expect.any(Number),
      method: 'GET',
      path: 'runs',
      query: { state: 'FAILED' }
    }
  ]);
  model.answer(0, { items: [] }, 200);
  const response = await reply;
  expect([response.status, response.headers.get('Age')]).toEqual([200, '0']);
  expect(await response.json()).toEqual({ items: [] });
});

it('gives every answer to the request it belongs to', async () => {
  const first = kernel.transport(asking('runs'), {});
  const second = kernel.transport(asking('status'), {});
  model.emit('msg:custom', { kind: 'reply', id: -1, status: 200, body: 'no' });
  model.emit('msg:custom', 'something else');
  model.answer(1, 'second');
  model.answer(0, 'first');
  expect(await (await first).json()).toBe('first');
  expect(await (await second).json()).toBe('second');
});

it('does not share its numbers with other pages of the same kernel', () => {
  const other = new FakeModel(aState());
  void new KernelConnection(other).transport(asking('runs'), {});
  void kernel.transport(asking('runs'), {});
  expect(other.sent[0]?.id).not.toBe(model.sent[0]?.id);
});

it('says that it waits when the kernel is busy', async () => {
  const said = vi.fn();
  kernel.subscribe(said);
  const reply = kernel.transport(asking('runs'), {});
  expect(kernel.waiting()).toBe(false);
  vi.advanceTimersByTime(PATIENCE);
  expect(kernel.waiting()).toBe(true);
  model.answer(0, {});
  await reply;
  expect(kernel.waiting()).toBe(false);
  expect(said).toHaveBeenCalledTimes(2);
});

it('can be called off', async () => {
  const controller = new AbortController();
  const options = { signal: controller.signal };
  const reply = kernel.transport(asking('runs'), options);
  vi.advanceTimersByTime(PATIENCE);
  controller.abort();
  await expect(reply).rejects.toMatchObject({ name: 'AbortError' });
  expect(kernel.waiting()).toBe(false);
});

it('listens no more when it is done', () => {
  kernel.dispose();
  expect(model.listening).toBe(0);
});
