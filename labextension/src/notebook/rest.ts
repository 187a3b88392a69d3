import type { PipelinesApi } from '../explorer/api/api';
import type { Transport } from '../explorer/api/rest';
import { restPath } from '../explorer/api/rest';
import type { Connection } from './model';

/** How long the server may take to say who it is (milliseconds). */
export const PROBE_TIMEOUT = 8_000;

/** What a Jupyter page says of its server. */
interface Page {
  /** Such as `/notebook/team-a/nb/`. */
  baseUrl: string;
  /** Empty where cookies do. */
  token: string;
}

/** The Jupyter server behind this page; null where there is none, as in VS Code. */
export function jupyterPage(document: Document): Page | null {
  const config = pageConfig(document);
  const baseUrl = config.baseUrl ?? document.body.dataset.baseUrl;
  if (typeof baseUrl !== 'string' || !/^\/(?!\/)/.test(baseUrl)) {
    return null;
  }
  return {
    baseUrl: baseUrl.replace(/\/*$/, '/'),
    token: typeof config.token === 'string' ? config.token : ''
  };
}

/** Requests to our part of the Jupyter server, as the page makes its own. */
export function pageTransport(page: Page): Transport {
  return async (request, { signal, poll }) => {
    const { method } = request;
    const headers = new Headers(request.headers);
    const xsrf = cookie('_xsrf');
    if (xsrf) {
      headers.set('X-XSRFToken', xsrf);
    }
    if (page.token) {
      headers.set('Authorization', `token ${page.token}`);
    }
    return fetch(`${page.baseUrl}kfp/v1/${restPath(request, poll)}`, {
      method,
      signal,
      headers,
      body: method === 'GET' ? undefined : await request.text(),
      credentials: 'same-origin',
      cache: 'no-store'
    });
  };
}

/** Where a path below our part of the Jupyter server can be downloaded from. */
export function pageAddress(page: Page): (path: string) => string {
  return path => `${page.baseUrl}kfp/v1/${path}`;
}

/** Whether the server behind `api` talks to the same Pipelines as the kernel, and alike. */
export async function isSameConnection(
  api: PipelinesApi,
  kernel: Pick<Connection, 'fingerprint' | 'api_version'>,
  signal: AbortSignal
): Promise<boolean> {
  const limit = new AbortController();
  const stop = () => limit.abort();
  signal.addEventListener('abort', stop);
  const timer = setTimeout(stop, PROBE_TIMEOUT);
  try {
    const options = { signal: limit.signal, poll: true };
    const { data: server } = await api.status(options);
    return (
      kernel.fingerprint !== '' &&
      server.fingerprint === kernel.fingerprint &&
      server.api_version === kernel.api_version
    );
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

function pageConfig(document: Document): Record<string, unknown> {
  const text = document.getElementById('jupyter-config-data')?.textContent;
  try {
    return { ...(JSON.parse(text || '{}') as object) };
  } catch {
    return {};
  }
}

function cookie(name: string): string {
  const found = document.cookie
    .split('; ')
    .find(pair => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : '';
}
