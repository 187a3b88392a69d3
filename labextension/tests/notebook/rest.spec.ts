import { RestApi } from '../../src/explorer/api/rest';
import { afterEach, describe, expect, it, vi } from 'vitest';

import {
  isSameConnection,
  jupyterPage,
  pageTransport,
  PROBE_TIMEOUT
} from '../../src/notebook/rest';

const PAGE = { baseUrl: '/notebook/team-a/nb/', token: '' };

const asking = (path: string) => new Request(`http://kfp.invalid/${path}`);

function pageOf(html: string): Document {
  return new DOMParser().parseFromString(html, 'text/html');
}

function answering(body: unknown, status = 200) {
  const fetch = vi.fn<typeof globalThis.fetch>(
    async () => new Response(JSON.stringify(body), { status })
  );
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

afterEach(() => {
  document.cookie = '_xsrf=; max-age=0';
});

describe('jupyterPage', () => {
  const config = (text: string) =>
    pageOf(`<script id="jupyter-config-data" type="application/json">${text}`);

  it("finds the server's prefix", () => {
    expect(jupyterPage(config('{"baseUrl": "/notebook/team-a/nb/"}'))).toEqual(
      PAGE
    );
    expect(jupyterPage(config('{"baseUrl": "/", "token": "abc"}'))).toEqual({
      baseUrl: '/',
      token: 'abc'
    });
    expect(jupyterPage(pageOf('<body data-base-url="/user/x">'))).toEqual({
      baseUrl: '/user/x/',
      token: ''
    });
  });

  it.each([
    '',
    '{',
    '{}',
    '{"baseUrl": "https://evil.example"}',
    '{"baseUrl": "//evil.example/"}',
    '[]'
  ])('finds none in %s', text => expect(jupyterPage(config(text))).toBeNull());
});

describe('pageTransport', () => {
  it('asks below the prefix, with the cookie that Jupyter wants', async () => {
    document.cookie = '_xsrf=2|abc';
    const fetch = answering({});
    await pageTransport(PAGE)(asking('runs?search=x'), { poll: true });
    const [url, init] = fetch.mock.calls[0] ?? [];
    expect(url).toBe(
      '/notebook/team-a/nb/kfp/v1/runs?search=x&no_track_activity=1'
    );
    expect(init?.credentials).toBe('same-origin');
    const headers = init?.headers as Headers;
    expect(headers.get('X-XSRFToken')).toBe('2|abc');
    expect(headers.has('Authorization')).toBe(false);
  });

  it("sends the page's own token where it has one", async () => {
    const fetch = answering({});
    await pageTransport({ ...PAGE, token: 'abc' })(asking('runs'), {});
    const headers = fetch.mock.calls[0]?.[1]?.headers as Headers;
    expect(headers.get('Authorization')).toBe('token abc');
  });
});

describe('isSameConnection', () => {
  const probe = () =>
    isSameConnection(
      new RestApi(pageTransport(PAGE)),
      { fingerprint: 'f00d', api_version: '1' },
      new AbortController().signal
    );

  it('is so where the fingerprints and the interfaces agree', async () => {
    answering({ fingerprint: 'f00d', api_version: '1' });
    expect(await probe()).toBe(true);
  });

  it.each([
    [200, { fingerprint: 'other', api_version: '1' }],
    [200, { fingerprint: 'f00d', api_version: '2' }],
    [200, null],
    [404, { fingerprint: 'f00d', api_version: '1' }]
  ])('is not so after %i %o', async (status, body) => {
    answering(body, status);
    expect(await probe()).toBe(false);
  });

  it('is not so where nothing answers in time', async () => {
    vi.useFakeTimers();
    vi.stubGlobal(
      'fetch',
      (_: string, { signal }: { signal: AbortSignal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason))
        )
    );
    const found = probe();
    await vi.advanceTimersByTimeAsync(PROBE_TIMEOUT);
    expect(await found).toBe(false);
  });
});
