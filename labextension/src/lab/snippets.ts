import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from './commands';

/** Puts code into a new cell of the notebook that was used last. */
export const snippets: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-kfp-auth:snippets',
  description: 'Inserts code for pipeline runs into notebooks.',
  autoStart: true,
  optional: [INotebookTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_kfp_auth');
    const { commands, shell } = app;
    commands.addCommand(CommandIDs.insertCode, {
      label: trans.__('Insert Code in a New Cell'),
      caption: trans.__(
        'Put code into a new cell of the notebook that was used last'
      ),
      describedBy: {
        args: {
          type: 'object',
          required: ['code'],
          properties: {
            code: { type: 'string', description: trans.__('The code.') }
          }
        }
      },
      execute: async ({ code }) => {
        const { insertCode } = await import('./on-demand');
        insertCode(String(code ?? '').trimEnd(), tracker, shell, trans);
      }
    });
  }
};
