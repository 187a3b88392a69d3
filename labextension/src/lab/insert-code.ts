import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard, Notification } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import type { Trans } from '../explorer/model/i18n';

/** How long it is said where the code went (milliseconds). */
const SAID = 4_000;

/** Put code into a new cell of the notebook used last, or copy it, and say so. */
export function insertCode(
  code: string,
  tracker: INotebookTracker | null,
  shell: JupyterFrontEnd.IShell,
  trans: Trans
): void {
  const panel = tracker?.currentWidget ?? null;
  if (panel && insertBelow(panel, code)) {
    const callback = () => shell.activateById(panel.id);
    Notification.info(trans.__('Inserted into %1', panel.title.label), {
      autoClose: SAID,
      actions: [{ label: trans.__('Show'), callback }]
    });
    return;
  }
  Clipboard.copyToSystem(code);
  Notification.info(
    panel
      ? trans.__('This notebook is not in Python: the code was copied.')
      : trans.__('No notebook is open: the code was copied.'),
    { autoClose: SAID }
  );
}

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
