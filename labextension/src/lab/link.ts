import type { JupyterFrontEnd } from '@jupyterlab/application';

import type { IExplorer } from '../tokens';
import { CommandIDs } from './commands';
import { hasTabs } from './shell';

/** The parameter of an address that names a run to open: `lab?kfp-run=ID`. */
export const RUN_PARAMETER = 'kfp-run';

/** Open the run that this page's address names, and take it out of the address. */
export async function openLinkedRun(
  app: JupyterFrontEnd,
  explorer: IExplorer,
  run_id: string
): Promise<void> {
  const url = new URL(window.location.href);
  url.searchParams.delete(RUN_PARAMETER);
  window.history.replaceState(window.history.state, '', url);
  await (hasTabs(app)
    ? app.commands.execute(CommandIDs.openRun, { run_id })
    : explorer.open({ kind: 'run', id: run_id, query: {} }));
}
