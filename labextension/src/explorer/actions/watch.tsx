import * as React from 'react';

import type { Run } from '../api/types';
import { Icon } from '../components/icons';
import { useApi, useTrans } from '../model/environment';
import { useWatched } from '../model/queries';
import { isFinished } from '../model/states';
import { useChanges } from '../model/change-hooks';
import { useActionsHost } from '../model/host';

/** Asks to be told when a run ends; nothing where it has, or nobody would tell. */
export function WatchButton({ run }: { run: Run }): JSX.Element | null {
  const { notifies } = useActionsHost();
  return notifies && !isFinished(run) ? <Toggle id={run.run_id} /> : null;
}

function Toggle({ id }: { id: string }): JSX.Element {
  const trans = useTrans();
  const api = useApi();
  const changes = useChanges();
  // The server knows what was watched before this page, and by notebooks.
  const { data } = useWatched();
  const asked = React.useSyncExternalStore(changes.subscribe, () =>
    changes.watched(id)
  );
  const watched = asked ?? data?.run_ids.includes(id) ?? false;
  const toggle = () =>
    void api.actOnRun(id, watched ? 'unwatch' : 'watch').then(
      () => changes.setWatched(id, !watched),
      () => undefined // The button stays as it is.
    );
  return (
    <button
      type="button"
      className="jp-kfp-Button"
      title={trans.__('A notification when the run ends')}
      onClick={event => event.detail < 2 && toggle()}
    >
      <Icon name={watched ? 'check' : 'bell'} />
      {watched ? trans.__('Notifies you') : trans.__('Notify me')}
    </button>
  );
}
