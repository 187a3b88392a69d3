import type { ServerConnection } from '@jupyterlab/services';

import { RestApi } from '../explorer/api/rest';
import { sharedStore } from '../explorer/model/shared';
import { Store } from '../explorer/model/store';
import { serverAddress, serverTransport } from './transport';

export { followRuns } from './run-changes';

/** The store that the panel, tabs, notebooks and the status bar share. */
export function pageStore(settings: ServerConnection.ISettings): Store {
  return sharedStore(
    () =>
      new Store(new RestApi(serverTransport(settings), serverAddress(settings)))
  );
}
