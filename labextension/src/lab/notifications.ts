import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { Event } from '@jupyterlab/services';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IPreferences } from '../tokens';

/** Of our server extension's events; `server/events/run_state.yaml` describes them. */
export const SCHEMA_ID =
  'https://github.com/jupyter-kfp-auth/jupyter-kfp-auth/events/run-state/v1';

export interface RunState {
  run_id: string;
  display_name: string;
  state: string;
  finished: boolean;
  error: string;
  status: string;
}

/** Says that a watched run has ended, whether the panel is open or not. */
export const notifications: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-kfp-auth:notifications',
  description: 'Notices when pipeline runs end.',
  autoStart: true,
  requires: [IPreferences],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    preferences: IPreferences,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_kfp_auth');
    const receive = (_: unknown, event: Event.Emission) => {
      if (event.schema_id !== SCHEMA_ID || !preferences.choices.notifications) {
        return;
      }
      const run = event as unknown as RunState;
      if (run.finished) {
        void import('./on-demand').then(({ notify }) =>
          notify(app, run, trans)
        );
      }
    };
    // Both live as long as the page.

    app.serviceManager.events.stream.connect(receive);
  }
};
