import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import type { Store } from '../explorer/model/store';
import { IStoreProvider } from '../tokens';

/** What this page knows of Pipelines, one cache for all that shows it. */
export const store: JupyterFrontEndPlugin<IStoreProvider> = {
  id: 'jupyter-kfp-auth:store',
  description: 'What this page knows of Kubeflow Pipelines.',
  autoStart: true,
  provides: IStoreProvider,
  activate: ({ serviceManager }): IStoreProvider => {
    let store: Promise<Store> | undefined;
    const make = async () => {
      const { pageStore, followRuns } = await import('./page-store');
      const made = pageStore(serviceManager.serverSettings);
      followRuns(serviceManager.events, made);
      return made;
    };
    return { load: () => (store ??= make()) };
  }
};
