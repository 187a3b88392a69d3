import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { PromiseDelegate } from '@lumino/coreutils';

import type { Navigator } from '../explorer/model/navigator';
import { shareTrans } from '../explorer/model/shared';
import { IExplorer, IPreferences, IStoreProvider } from '../tokens';
import { CommandIDs, NO_ARGUMENTS } from './commands';
import { pipelinesIcon } from './icon';
import { ExplorerPanel } from './panel';

/** Where the icon stands among those of the side bar. */
const RANK = 600;

/** What the explorer may be opened with. */
const OPEN_ARGUMENTS = {
  args: {
    type: 'object' as const,
    properties: {
      experiment_id: {
        type: 'string' as const,
        description: 'Show the runs of the experiment with this id.'
      },
      name: {
        type: 'string' as const,
        description: "The experiment's name, where it is known."
      }
    }
  }
};

/**
 * The Pipelines explorer in the side bar.
 *
 * It requires nothing of JupyterLab's, so that it is there in Notebook 7 and in deployments
 * that leave out parts of JupyterLab, too.
 */
export const explorer: JupyterFrontEndPlugin<IExplorer> = {
  id: 'jupyter-kfp-auth:explorer',
  description: 'Kubeflow Pipelines in the side bar.',
  autoStart: true,
  provides: IExplorer,
  requires: [IPreferences, IStoreProvider],
  optional: [ICommandPalette, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    preferences: IPreferences,
    storeProvider: IStoreProvider,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ): IExplorer => {
    const trans = (translator ?? nullTranslator).load('jupyter_kfp_auth');
    shareTrans(trans);
    const navigator = new PromiseDelegate<Navigator>();
    const panel = new ExplorerPanel(async () => {
      const [{ makeNavigator, makeView }, store] = await Promise.all([
        import('./view'),
        storeProvider.load(),
        preferences.restored
      ]);
      const way = makeNavigator(preferences);
      navigator.resolve(way);
      return makeView({ app, preferences, store, trans }, way);
    }, trans);
    app.shell.add(panel, 'left', { rank: RANK });
    restorer?.add(panel, panel.id);

    const explorer: IExplorer = {
      open: async view => {
        app.shell.activateById(panel.id);
        if (view) {
          (await navigator.promise).goTo(view);
        }
      },
      reveal: async check => {
        app.shell.activateById(panel.id);
        (await navigator.promise).reveal(check);
      }
    };

    app.commands.addCommand(CommandIDs.openExplorer, {
      label: trans.__('Open Kubeflow Pipelines'),
      caption: trans.__('Show experiments, runs and pipelines'),
      icon: pipelinesIcon,
      describedBy: OPEN_ARGUMENTS,
      execute: async args => {
        const { experiment_id: experiment, name } = args;
        if (typeof experiment === 'string' && experiment) {
          const { runsOf } = await import('../explorer/model/navigation');
          await explorer.open(
            runsOf(experiment, String(name ?? '') || undefined)
          );
        } else {
          await explorer.open();
        }
      }
    });
    app.commands.addCommand(CommandIDs.refresh, {
      label: trans.__('Refresh Kubeflow Pipelines'),
      caption: trans.__('Ask Pipelines now'),
      describedBy: NO_ARGUMENTS,
      execute: async () => (await storeProvider.load()).lookAgain()
    });
    const category = trans.__('Kubeflow Pipelines');
    palette?.addItem({ command: CommandIDs.openExplorer, category });
    palette?.addItem({ command: CommandIDs.refresh, category });
    return explorer;
  }
};
