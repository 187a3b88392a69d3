import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { Trans } from '../explorer/i18n';
import { LazyView } from './panel';
import { followSettings } from './settings';

export const OPEN_RUN = 'kfp:open-run';

/** The run to open; the name is shown until the run is loaded. */
const ARGUMENTS = {
  type: 'object' as const,
  properties: {
    run_id: { type: 'string' as const, description: 'The id of the run.' },
    name: {
      type: 'string' as const,
      description: 'What the tab is called until the run is loaded.'
    }
  },
  required: ['run_id']
};

/** A run in a tab of the main area. */
export type RunDocumentWidget = MainAreaWidget<LazyView>;

/** Runs as documents in the main area. */
export const run: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-kfp-auth:run',
  description: 'Runs of Kubeflow Pipelines in the main area.',
  autoStart: true,
  optional: [ISettingRegistry, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    registry: ISettingRegistry | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_kfp_auth');
    const tracker = new WidgetTracker<RunDocumentWidget>({
      namespace: 'jupyter-kfp-auth-run'
    });

    app.commands.addCommand(OPEN_RUN, {
      label: trans.__('Open a Run of Kubeflow Pipelines'),
      caption: trans.__('Show a run in a tab of its own'),
      describedBy: { args: ARGUMENTS },
      execute: async args => {
        const id = typeof args['run_id'] === 'string' ? args['run_id'] : '';
        if (!id) {
          throw new Error(`${OPEN_RUN} needs a run_id.`);
        }
        const known = tracker.find(widget => widget.id === idOf(id));
        const name = typeof args['name'] === 'string' ? args['name'] : '';
        const widget = known ?? make(app, trans, id, name);
        if (!known) {
          if (registry) {
            void followSettings(registry, widget.content);
          }
          await tracker.add(widget);
          app.shell.add(widget, 'main');
        }
        app.shell.activateById(widget.id);
        return widget;
      }
    });

    void restorer?.restore(tracker, {
      command: OPEN_RUN,
      args: widget => ({
        run_id: widget.id.slice(idOf('').length),
        name: widget.title.label
      }),
      name: widget => widget.id
    });
  }
};

function make(
  app: JupyterFrontEnd,
  trans: Trans,
  id: string,
  name: string
): RunDocumentWidget {
  const content: LazyView = new LazyView(
    async () =>
      (await import('./run-view')).makeRunView(app, trans, id, widget.title),
    trans
  );
  const widget = new MainAreaWidget({ content });
  widget.id = idOf(id);
  widget.title.label = name || trans.__('Run');
  widget.title.icon = content.title.icon;
  widget.title.closable = true;
  widget.toolbar.hide();
  content.addClass('jp-kfp-Document');
  return widget;
}

function idOf(run: string): string {
  return `jupyter-kfp-auth-run-${run}`;
}
