import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { Event } from '@jupyterlab/services';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { Trans } from '../explorer/i18n';
import { preferencesOf } from './preferences';

/** Of our server extension's events; `server/events/run_state.yaml` describes them. */
export const SCHEMA_ID =
  'https://github.com/jupyter-kfp-auth/jupyter-kfp-auth/events/run-state/v1';

interface RunState {
  run_id: string;
  display_name: string;
  state: string;
  finished: boolean;
  error: string;
}

/** How much of an error a notice holds (characters). */
const LONGEST = 120;

/** Says that a watched run has ended, whether the panel is open or not. */
export const notifications: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-kfp-auth:notifications',
  description: 'Notices when pipeline runs end.',
  autoStart: true,
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, translator: ITranslator | null) => {
    const preferences = preferencesOf(app);
    const trans = (translator ?? nullTranslator).load('jupyter_kfp_auth');
    const receive = (_: unknown, event: Event.Emission) => {
      if (event.schema_id !== SCHEMA_ID || !preferences.choices.notifications) {
        return;
      }
      const run = event as unknown as RunState;
      if (run.finished) {
        notify(app, run, trans);
      }
    };
    // Both live as long as the page.

    app.serviceManager.events.stream.connect(receive);
  }
};

function notify(app: JupyterFrontEnd, run: RunState, trans: Trans): void {
  const { run_id: id, display_name: name } = run;
  const [message, type] = notice(run, trans);
  Notification.emit(message, type, {
    autoClose: false,
    actions: [
      {
        label: trans.__('Open run'),
        caption: trans.__('Show %1', name),
        callback: () =>
          void app.commands.execute('kfp:open-run', { run_id: id, name })
      }
    ]
  });
}

function notice(
  { display_name: name, state, error }: RunState,
  trans: Trans
): [string, Notification.TypeOptions] {
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
