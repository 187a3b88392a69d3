import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type { Transport } from '../explorer/api/rest';
import { replyOf, restPath } from '../explorer/api/rest';

/** Requests to our part of the Jupyter server, as JupyterLab makes its own. */
export function serverTransport(
  settings: ServerConnection.ISettings
): Transport {
  return async (method, path, query, { signal, etag, poll, body }) => {
    const url = URLExt.join(settings.baseUrl, 'kfp/v1');
    const response = await ServerConnection.makeRequest(
      `${url}/${restPath(path, query, poll)}`,
      {
        method,
        signal,
        body: body === undefined ? undefined : JSON.stringify(body),
        headers: etag ? { 'If-None-Match': etag } : undefined
      },
      settings
    );
    return replyOf(response);
  };
}

/** Where a path below our part of the Jupyter server can be downloaded from. */
export function serverAddress(
  settings: ServerConnection.ISettings
): (path: string) => string {
  return path => URLExt.join(settings.baseUrl, 'kfp/v1', path);
}
