import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { IStoreProvider } from '../tokens';

/** What this page knows of Pipelines, one cache for all that shows it. */
export const store: JupyterFrontEndPlugin<IStoreProvider> = {
  id: 'jupyter-kfp-auth:store',
  description: 'What this page knows of Kubeflow Pipelines.',
  autoStart: true,
  provides: IStoreProvider,
  activate: ({ serviceManager }): IStoreProvider => ({
    load: async () => {
      const { pageStore } = await import('./page-store');
      return pageStore(serviceManager.serverSettings);
    }
  })
};
