import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IPreferences, IStoreProvider } from '../tokens';

/** Where the item stands among those on the left. */
const RANK = 50;

/**
 * The connection and the runs in progress, in the status bar.
 *
 * What it shows, and asks, is another script; it is fetched when the panel is
 * first opened, or at once where the user wants it always.
 */
export const status: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-kfp-auth:status',
  description: 'Kubeflow Pipelines in the status bar.',
  autoStart: true,
  requires: [IPreferences, IStoreProvider],
  optional: [IStatusBar, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    preferences: IPreferences,
    storeProvider: IStoreProvider,
    statusBar: IStatusBar | null,
    translator: ITranslator | null
  ) => {
    if (!statusBar) {
      return;
    }
    const trans = (translator ?? nullTranslator).load('jupyter_kfp_auth');
    const begin = () => {
      const { statusBar: wanted, opened } = preferences.choices;
      if (wanted === 'never' || (wanted === 'opened' && !opened)) {
        return;
      }
      preferences.changed.disconnect(begin);
      void Promise.all([import('./status-item'), storeProvider.load()]).then(
        ([{ StatusItem }, store]) => {
          const item = new StatusItem(app, preferences, store, trans);
          statusBar.registerStatusItem(status.id, {
            item,
            align: 'left',
            rank: RANK,
            isActive: () => preferences.choices.statusBar !== 'never',
            activeStateChanged: item.activeChanged
          });
        }
      );
    };
    preferences.changed.connect(begin);
    begin();
  }
};
