import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { isNamespace, rememberedWith } from '../explorer/model/namespaces';
import { IExplorer, IPreferences } from '../tokens';
import { CommandIDs, NO_ARGUMENTS } from './commands';

/** A card in the launcher, and commands for the connection. */
export const launcher: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-kfp-auth:launcher',
  description: 'Kubeflow Pipelines in the launcher and the command palette.',
  autoStart: true,
  requires: [IPreferences, IExplorer],
  optional: [ILauncher, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    preferences: IPreferences,
    explorer: IExplorer,
    launcher: ILauncher | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_kfp_auth');
    const { commands } = app;
    commands.addCommand(CommandIDs.doctor, {
      label: trans.__('Check the Connection to Kubeflow Pipelines'),
      caption: trans.__(
        'Run the probes; they find one cause and one next step'
      ),
      describedBy: NO_ARGUMENTS,
      execute: () => explorer.reveal(true)
    });
    commands.addCommand(CommandIDs.useNamespace, {
      label: args =>
        typeof args.namespace === 'string' && args.namespace
          ? trans.__('Use the Namespace %1', args.namespace)
          : trans.__('Use Another Namespace in Kubeflow Pipelines'),
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
        } else if (namespace === '' || isNamespace(namespace)) {
          await explorer.open();
          const { remembered } = preferences.choices;
          preferences.change({
            namespace,
            remembered: rememberedWith(remembered, namespace)
          });
        } else {
          throw new Error(trans.__('Not a valid namespace: %1', namespace));
        }
      }
    });
    const category = trans.__('Kubeflow Pipelines');
    palette?.addItem({ command: CommandIDs.doctor, category });
    palette?.addItem({ command: CommandIDs.useNamespace, category });
    launcher?.add({
      command: CommandIDs.openExplorer,
      category: trans.__('Other')
    });
  }
};
