import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Clipboard, Notification } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from './commands';

/** JupyterLab's own: puts text at the cursor of the notebook in front. */
const REPLACE = 'notebook:replace-selection';

/** Puts Python into the notebook beside the explorer. */
export const snippets: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-kfp-auth:snippets',
  description: 'Inserts Python for pipeline runs into notebooks.',
  autoStart: true,
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, translator: ITranslator | null) => {
    const trans = (translator ?? nullTranslator).load('jupyter_kfp_auth');
    const { commands } = app;
    commands.addCommand(CommandIDs.insertCode, {
      label: trans.__('Insert Python at the Cursor'),
      caption: trans.__('Put Python into the notebook that is in front'),
      describedBy: {
        args: {
          type: 'object',
          required: ['code'],
          properties: {
            code: { type: 'string', description: trans.__('The Python.') }
          }
        }
      },
      execute: async ({ code }) => {
        const text = String(code ?? '');
        if (commands.hasCommand(REPLACE) && commands.isEnabled(REPLACE)) {
          await commands.execute(REPLACE, { text });
          return;
        }
        Clipboard.copyToSystem(text);
        Notification.info(
          trans.__('No notebook is in front: the Python was copied instead.')
        );
      }
    });
  }
};
