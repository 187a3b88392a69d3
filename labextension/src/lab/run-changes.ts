import type { Event } from '@jupyterlab/services';

import type { Store } from '../explorer/model/store';

/** Of our server extension's events; `server/events/runs_changed.yaml` describes them. */
export const RUNS_CHANGED =
  'https://github.com/jupyter-kfp-auth/jupyter-kfp-auth/events/runs-changed/v1';

/** Which runs have changed, and whether lists of runs show it. */
export interface RunsChanged {
  namespace: string;
  run_ids: readonly string[];
  listed: boolean;
}

/** Ask for what has changed as soon as Jupyter's event bus tells of it, and only for that. */
export function followRuns(events: Event.IManager, store: Store): void {
  // Both live as long as the page.
  events.stream.connect((_, event) => {
    if (event.schema_id === RUNS_CHANGED) {
      const change = event as unknown as RunsChanged;
      store.outdate(path => isOutdated(path, change));
    }
  });
}

function isOutdated(path: string, { run_ids, listed }: RunsChanged): boolean {
  const [kind, id] = path.split('/');
  if (kind === 'runs' && id !== undefined) {
    return run_ids.includes(id);
  }
  return (
    listed && (kind === 'runs' || path === 'experiments' || path === 'status')
  );
}
