import { describe, expect, it, vi } from 'vitest';

import { ApiError } from '../../src/explorer/api/errors';
import type { Transport } from '../../src/explorer/api/rest';
import { RestApi, restPath } from '../../src/explorer/api/rest';

const page = { items: [], next_page_token: '', total_size: 0 };

/** What a transport answers: a body as JSON, or a text as it is. */
interface Reply {
  status: number;
  body: unknown;
  age: number;
  etag: string;
}

function response({ status = 200, body = page, age, etag }: Partial<Reply>) {
  const empty = status === 204 || status === 304;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = {
    ...(age !== undefined && { Age: String(age) }),
    ...(etag !== undefined && { ETag: etag })
  };
  return new Response(empty ? null : text, { status, headers });
}

function answering(reply: Partial<Reply>) {
  const transport = vi.fn<Transport>(async () => response(reply));
  const asked = (index = 0) => transport.mock.calls[index]?.[0] as Request;
  return { api: new RestApi(transport), transport, asked };
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(
    () => null,
    (error: unknown) => error
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe('RestApi', () => {
  it('acts by POST, once, and only 204 is a yes', async () => {
    const { api, transport } = answering({ status: 204, body: '' });
    await api.actOnRun('r/1', 'terminate');
    await api.actOnExperiment('e1', 'archive');
    await api.actOnRecurringRun('q1', 'disable');
    expect(
      transport.mock.calls.map(([it]) => [it.method, restPath(it)])
    ).toEqual([
      ['POST', 'runs/r%2F1/terminate'],
      ['POST', 'experiments/e1/archive'],
      ['POST', 'recurring-runs/q1/disable']
    ]);
    const page = answering({ status: 200, body: '<html>' });
    await failure(page.api.actOnRun('r1', 'retry'));
  });

  it('reads and searches a log at one address', async () => {
    const { api, transport } = answering({ body: { text: '' } });
    const place = { attempt: 2, container: 'main' };
    await api.log('r1', 't/1', { ...place, offset: -8, limit: 8 });
    await api.searchLog('r1', 't/1', {
      text: 'a&b',
      regex: true,
      matchCase: false
    });
    expect(transport.mock.calls.map(([it]) => restPath(it))).toEqual([
      'runs/r1/tasks/t%2F1/logs?attempt=2&container=main&offset=-8&limit=8',
      'runs/r1/tasks/t%2F1/logs?search=a%26b&regex=1'
    ]);
  });

  it('asks for outputs, artifacts and comparisons', async () => {
    const { api, transport } = answering({ body: {} });
    await api.outputs('r1', 't1');
    await api.artifact('r1', '7');
    await api.comparison(['r1', 'r2']);
    expect(transport.mock.calls.map(([it]) => restPath(it))).toEqual([
      'runs/r1/outputs?task=t1',
      'runs/r1/artifacts/7',
      'comparison?ids=r1%2Cr2'
    ]);
  });

  it('says why an action was refused', async () => {
    const message = 'default-viewer may not terminate runs in team-a.';
    const error = {
      cause: 'rbac-denied',
      message,
      next_step: 'Ask.',
      status: 403
    };
    const { api } = answering({ status: 403, body: { error } });
    expect(await failure(api.actOnRun('r1', 'terminate'))).toMatchObject({
      cause: 'rbac-denied',
      message,
      status: 403
    });
  });

  it('starts a run with what is asked for', async () => {
    const { api, transport, asked } = answering({
      status: 201,
      body: { run_id: 'n' }
    });
    const run = { clone_of: 'r1', parameters: { rate: 0.2, day: null } };
    expect(await api.createRun(run)).toEqual({ run_id: 'n' });
    expect(transport).toHaveBeenCalledTimes(1);
    expect([asked().method, restPath(asked())]).toEqual(['POST', 'runs']);
    expect(await asked().json()).toEqual(run);
  });

  it('says which arguments do not fit, and what to paste', async () => {
    const fields = { rate: 'must be a number.' };
    const error = { cause: 'c', message: 'm', fields, paste: 'kind: X' };
    const { api } = answering({ status: 400, body: { error } });
    expect(await failure(api.createRun({ clone_of: 'r1' }))).toMatchObject({
      fields,
      paste: 'kind: X'
    });
  });

  it('sends what is asked, and nothing empty', async () => {
    const { api, asked } = answering({});
    await api.runs({ search: 'a&b', page_size: 20, state: '' });
    expect([asked().method, restPath(asked())]).toEqual([
      'GET',
      'runs?search=a%26b&page_size=20'
    ]);
  });

  it('escapes ids', async () => {
    const { api, asked } = answering({ body: {} });
    await api.run('../status');
    expect(restPath(asked())).toBe('runs/..%2Fstatus');
  });

  it('tells when Pipelines gave the answer', async () => {
    vi.useFakeTimers({ now: 100_000 });
    const { api } = answering({ age: 30 });
    expect((await api.runs({})).at).toBe(70_000);
  });

  it('gives the known data again when it still holds', async () => {
    const { api, transport, asked } = answering({ etag: '"1"' });
    const { data } = await api.runs({});
    transport.mockImplementation(async () => response({ status: 304, age: 5 }));
    expect((await api.runs({})).data).toBe(data);
    expect(asked(1).headers.get('If-None-Match')).toBe('"1"');
    await expect(api.runs({ search: 'other' })).rejects.toThrow();
  });

  it("passes the server's cause and next step on", async () => {
    const error = {
      cause: 'rbac-denied',
      message: 'No.',
      next_step: 'Ask.',
      status: 403
    };
    const { api } = answering({ status: 403, body: { error } });
    expect(await failure(api.runs({}))).toMatchObject({
      cause: 'rbac-denied',
      message: 'No.',
      nextStep: 'Ask.',
      status: 403
    });
  });

  it.each([
    [404, '<html>404 : Not Found</html>', 'server-extension-missing'],
    [403, { message: 'Forbidden' }, 'signed-out'],
    [401, '', 'signed-out'],
    [200, '<html>Log in</html>', 'signed-out'],
    [503, 'no healthy upstream', 'jupyter-away'],
    [500, { error: 'not ours' }, 'unexpected-answer']
  ])('explains a %i that is not ours: %o', async (status, body, cause) => {
    const { api } = answering({ status, body });
    expect((await failure(api.runs({}))).cause).toBe(cause);
  });

  it('tells a server that is away from a request that was called off', async () => {
    const { api, transport } = answering({});
    transport.mockRejectedValue(new TypeError('Failed to fetch'));
    expect((await failure(api.runs({}))).cause).toBe('jupyter-away');
    const abort = new DOMException('', 'AbortError');
    transport.mockRejectedValue(abort);
    await expect(api.runs({})).rejects.toBe(abort);

    const controller = new AbortController();
    transport.mockImplementation(async () => {
      controller.abort();
      throw new TypeError('wrapped by whoever fetched');
    });
    const called = api.runs({}, { signal: controller.signal });
    await expect(called).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('restPath', () => {
  it('marks a poll in the way that Jupyter knows', () => {
    const path = (rest: string, poll?: boolean) =>
      restPath({ url: `http://kfp.invalid/${rest}` }, poll);
    expect(path('runs', true)).toBe('runs?no_track_activity=1');
    expect(path('runs?search=a+b', false)).toBe('runs?search=a+b');
    expect(path('runs')).toBe('runs');
  });
});
