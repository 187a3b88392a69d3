import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Clipboard, Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from './commands';

/** How long it is said where the code went (milliseconds). */
const SAID = 4_000;

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
      execute: ({ code }) => {
        const text = String(code ?? '').trimEnd();
        const panel = tracker?.currentWidget ?? null;
        if (panel && insertBelow(panel, text)) {
          Notification.info(trans.__('Inserted into %1', panel.title.label), {
            autoClose: SAID,
            actions: [
              {
                label: trans.__('Show'),
                callback: () => shell.activateById(panel.id)
              }
            ]
          });
          return;
        }
        Clipboard.copyToSystem(text);
        Notification.info(
          panel
            ? trans.__('This notebook is not in Python: the code was copied.')
            : trans.__('No notebook is open: the code was copied.'),
          { autoClose: SAID }
        );
      }
    });
  }
};

/** Insert a code cell below the active one, in one step to undo; not into other languages. */
function insertBelow({ content }: NotebookPanel, source: string): boolean {
  const { model } = content;
  const language = model?.getMetadata('kernelspec')?.language;
  if (!model || (language && language !== 'python')) {
    return false;
  }
  const index = content.activeCellIndex + 1;
  model.sharedModel.insertCell(index, {
    cell_type: 'code',
    source,
    metadata: { trusted: true }
  });
  content.activeCellIndex = index;
  content.deselectAll();
  void content.scrollToItem(index, 'smart');
  return true;
}
