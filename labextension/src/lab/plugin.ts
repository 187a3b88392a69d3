import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { shareTrans } from '../explorer/model/shared-trans';
import { pipelinesIcon } from './icon';
import { ExplorerPanel } from './panel';
import { preferencesOf } from './preferences';
import { followSettings } from './settings';

const PLUGIN_ID = 'jupyter-kfp-auth:explorer';

const CommandIDs = {
  open: 'kfp:open-explorer',
  refresh: 'kfp:refresh'
} as const;

/** Where the icon stands among those of the side bar. */
const RANK = 600;

/** Commands without arguments. */
const NO_ARGUMENTS = { args: { type: 'object' as const, properties: {} } };

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
 * It requires nothing, so that it is there in Notebook 7 and in deployments that
 * leave out parts of JupyterLab, too.
 */
export const explorer: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'Kubeflow Pipelines in the side bar.',
  autoStart: true,
  optional: [ISettingRegistry, ICommandPalette, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    registry: ISettingRegistry | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_kfp_auth');
    shareTrans(trans);
    const panel = new ExplorerPanel(async () => {
      const { makeView } = await import('./view');
      await preferencesOf(app).restored;
      return makeView(app, trans);
    }, trans);
    app.shell.add(panel, 'left', { rank: RANK });
    restorer?.add(panel, panel.id);

    app.commands.addCommand(CommandIDs.open, {
      label: trans.__('Open Kubeflow Pipelines'),
      caption: trans.__('Show experiments, runs and pipelines'),
      icon: pipelinesIcon,
      describedBy: OPEN_ARGUMENTS,
      execute: async args => {
        const { experiment_id: experiment, name } = args;
        if (typeof experiment === 'string' && experiment) {
          const { runsOf } = await import('../explorer/model/navigation');
          panel.goTo(runsOf(experiment, String(name ?? '') || undefined));
        }
        app.shell.activateById(panel.id);
      }
    });
    app.commands.addCommand(CommandIDs.refresh, {
      label: trans.__('Refresh Kubeflow Pipelines'),
      caption: trans.__('Ask Pipelines now'),
      describedBy: NO_ARGUMENTS,
      execute: () => panel.refresh()
    });
    const category = trans.__('Kubeflow Pipelines');
    palette?.addItem({ command: CommandIDs.open, category });
    palette?.addItem({ command: CommandIDs.refresh, category });

    if (registry) {
      void followSettings(registry, panel, trans);
    }
  }
};
