import type { JupyterFrontEnd } from '@jupyterlab/application';

/**
 * Whether the main area takes tabs, as JupyterLab's does. That of Notebook 7 holds one
 * notebook: there the panel shows runs and comparisons itself.
 */
export function hasTabs({ shell }: JupyterFrontEnd): boolean {
  return 'mode' in shell;
}
