import { launcher } from './lab/launcher';
import { notifications } from './lab/notifications';
import { explorer } from './lab/plugin';
import { preferences } from './lab/preferences-plugin';
import { snippets } from './lab/snippets';
import { store } from './lab/store';
import { status } from './lab/status';
import { run } from './lab/documents';

/** What this package adds to JupyterLab and Notebook 7. */
export default [
  store,
  explorer,
  run,
  preferences,
  status,
  notifications,
  launcher,
  snippets
];
