import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IExplorer, IPreferences, IStoreProvider } from '../tokens';
import { CommandIDs, NO_ARGUMENTS } from './commands';

/** A card in the launcher, and commands for the connection. */
export const launcher: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-kfp-auth:launcher',
  description: 'Kubeflow Pipelines in the launcher and the command palette.',
  autoStart: true,
  requires: [IPreferences, IStoreProvider, IExplorer],
  optional: [ILauncher, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    preferences: IPreferences,
    storeProvider: IStoreProvider,
    explorer: IExplorer,
    launcher: ILauncher | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_kfp_auth');
    const { commands } = app;
    commands.addCommand(CommandIDs.doctor, {
      label: trans.__('Check Connection to Kubeflow Pipelines'),
      caption: trans.__(
        'Run the probes; they find one cause and one next step'
      ),
      describedBy: NO_ARGUMENTS,
      execute: () => explorer.reveal(true)
    });
    commands.addCommand(CommandIDs.useNamespace, {
      label: args =>
        typeof args.namespace === 'string' && args.namespace
          ? trans.__('Use Namespace %1', args.namespace)
          : trans.__('Use Namespace…'),
      caption: trans.__('Show the experiments and runs of another namespace'),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            namespace: {
              type: 'string',
              description: trans.__(
                'The namespace; empty for the configured one. Without it the panel shows its field.'
              )
            }
          }
        }
      },
      execute: async ({ namespace }) => {
        if (typeof namespace !== 'string') {
          await explorer.reveal(false);
          return;
        }
        const { chooseNamespace } = await import('./on-demand');
        chooseNamespace(namespace, preferences, trans);
        await explorer.open();
      }
    });
    commands.addCommand(CommandIDs.findRun, {
      label: trans.__('Open Run…'),
      caption: trans.__('Look for a run by its name or id'),
      describedBy: NO_ARGUMENTS,
      execute: () => explorer.open({ kind: 'runs', id: '', query: {} })
    });
    commands.addCommand(CommandIDs.openLastFailed, {
      label: trans.__('Show Log of Last Failed Run'),
      caption: trans.__('Open the run that failed last'),
      describedBy: NO_ARGUMENTS,
      execute: async () => {
        const { lastFailed } = await import('./on-demand');
        const store = await storeProvider.load();
        await lastFailed(app, store, preferences, explorer, trans);
      }
    });
    const category = trans.__('Kubeflow Pipelines');
    palette?.addItem({ command: CommandIDs.findRun, category });
    palette?.addItem({ command: CommandIDs.openLastFailed, category });
    palette?.addItem({ command: CommandIDs.doctor, category });
    palette?.addItem({ command: CommandIDs.useNamespace, category });
    launcher?.add({
      command: CommandIDs.openExplorer,
      category: trans.__('Other')
    });
  }
};
