import * as React from 'react';

import type { Run } from '../api/types';
import { Icon } from '../components/icons';
import { useEnvironment, useTrans } from '../environment';
import { isFinished } from '../states';
import { useChanges } from './hooks';
import { useActionsHost } from './host';

/** Asks to be told when a run ends; nothing where it has, or nobody would tell. */
export function WatchButton({ run }: { run: Run }): JSX.Element | null {
  const trans = useTrans();
  const { source } = useEnvironment();
  const { notifies } = useActionsHost();
  const changes = useChanges();
  const { run_id: id } = run;
  const watched = React.useSyncExternalStore(changes.subscribe, () =>
    changes.watched(id)
  );
  if (!notifies || isFinished(run)) {
    return null;
  }
  const toggle = () =>
    void source.api.actOnRun(id, watched ? 'unwatch' : 'watch').then(
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
