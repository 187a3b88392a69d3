import type { JupyterFrontEnd } from '@jupyterlab/application';
import * as React from 'react';

import { HttpPipelinesApi } from '../explorer/api/rest';
import type { Environment, Source } from '../explorer/model/environment';
import type { ExplorerSettings } from './panel';
import { serverAddress, serverTransport } from './transport';

/** How many times less often to look when everything is finished. */
const SLOWER = 6;

/** What all views on a page share. */
export interface Host {
  api: HttpPipelinesApi;
  cache: Environment['cache'];
}

const hosts = new WeakMap<JupyterFrontEnd, Host>();

/** The way to Pipelines, and its last answers. */
export function hostOf(app: JupyterFrontEnd): Host {
  const host = hosts.get(app) ?? {
    api: new HttpPipelinesApi(
      serverTransport(app.serviceManager.serverSettings),
      serverAddress(app.serviceManager.serverSettings)
    ),
    cache: new Map()
  };
  hosts.set(app, host);
  return host;
}

/** How data is asked for, by the user's settings. */
export function useSource(
  api: HttpPipelinesApi,
  { refreshInterval, pageSize }: ExplorerSettings
): Source {
  return React.useMemo(
    () => ({
      api,
      pageSize,
      intervals: {
        quick: refreshInterval * 1000,
        slow: refreshInterval * 1000 * SLOWER
      }
    }),
    [api, pageSize, refreshInterval]
  );
}
