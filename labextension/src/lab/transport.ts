import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type { Transport } from '../explorer/api/rest';
import { restPath } from '../explorer/api/rest';

/** Requests to our part of the Jupyter server, as JupyterLab makes its own. */
export function serverTransport(
  settings: ServerConnection.ISettings
): Transport {
  return async (request, { signal, poll }) => {
    const { method } = request;
    const etag = request.headers.get('If-None-Match');
    const url = URLExt.join(settings.baseUrl, 'kfp/v1');
    return ServerConnection.makeRequest(
      `${url}/${restPath(request, poll)}`,
      {
        method,
        signal,
        body: method === 'GET' ? undefined : await request.text(),
        headers: etag ? { 'If-None-Match': etag } : undefined
      },
      settings
    );
  };
}

/** Where a path below our part of the Jupyter server can be downloaded from. */
export function serverAddress(
  settings: ServerConnection.ISettings
): (path: string) => string {
  return path => URLExt.join(settings.baseUrl, 'kfp/v1', path);
}
