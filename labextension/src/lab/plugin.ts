import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

export const explorer: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-kfp-auth:explorer',
  description: 'Kubeflow Pipelines in the side bar.',
  autoStart: true,
  activate: () => undefined
};
