import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';

import type { Trans } from '../explorer/model/i18n';
import { CommandIDs } from './commands';
import type { RunState } from './notifications';

/** How much of an error a notice holds (characters). */
const LONGEST = 120;

/** Says how a run has ended; a button opens it. */
export function notify(
  app: JupyterFrontEnd,
  run: RunState,
  trans: Trans
): void {
  const { run_id: id, display_name: name } = run;
  const [message, type] = notice(run, trans);
  Notification.emit(message, type, {
    autoClose: false,
    actions: [
      {
        label: trans.__('Open run'),
        caption: trans.__('Show %1', name),
        callback: () =>
          void app.commands.execute(CommandIDs.openRun, { run_id: id, name })
      }
    ]
  });
}

function notice(
  { display_name: name, state, status, error }: RunState,
  trans: Trans
): [string, Notification.TypeOptions] {
  if (status === 'terminated') {
    return [trans.__('%1 was terminated.', name), 'info'];
  }
  switch (state) {
    case 'SUCCEEDED':
      return [trans.__('%1 has succeeded.', name), 'success'];
    case 'FAILED':
      return error
        ? [trans.__('%1 has failed: %2', name, shortened(error)), 'error']
        : [trans.__('%1 has failed.', name), 'error'];
    case 'CANCELED':
      return [trans.__('%1 was canceled.', name), 'warning'];
    default:
      return [trans.__('%1 has ended.', name), 'info'];
  }
}

function shortened(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
