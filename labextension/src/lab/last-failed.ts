import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';

import type { Trans } from '../explorer/model/i18n';
import { viewOfRun } from '../explorer/model/navigation';
import type { Store } from '../explorer/model/store';
import type { IExplorer } from '../tokens';
import { CommandIDs } from './commands';
import type { Preferences } from './preferences';
import { hasTabs } from './shell';

/** Open the run that failed last, which shows its log. */
export async function lastFailed(
  app: JupyterFrontEnd,
  { api }: Store,
  { choices }: Preferences,
  explorer: IExplorer,
  trans: Trans
): Promise<void> {
  const namespace = choices.namespace || undefined;
  const query = { namespace, state: 'FAILED', page_size: 1 };
  const [run] = (await api.runs(query)).data.items;
  if (!run) {
    Notification.info(trans.__('No run has failed.'));
    return;
  }
  const { run_id, display_name: name } = run;
  await (hasTabs(app)
    ? app.commands.execute(CommandIDs.openRun, { run_id, name })
    : explorer.open(viewOfRun(run)));
}
