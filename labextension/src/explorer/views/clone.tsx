import * as React from 'react';

import type { Run } from '../api/types';
import { ErrorView } from '../components/problem';
import { Placeholder } from '../components/list-view';
import { useHost } from '../model/host';
import { viewOfRun } from '../model/navigation';
import { useRun } from '../model/queries';
import type { ViewProps } from './experiments';

const CloneForm = React.lazy(() => import('../forms/clone'));

/** The form that starts a run like another one, as a page of its own. */
export function CloneView(
  props: Pick<ViewProps, 'view' | 'onOpen' | 'onName'> & {
    /** Back to where the form was opened. */
    onBack: () => void;
  }
): JSX.Element {
  const { view, onOpen, onBack } = props;
  const { openRun } = useHost();
  const { data: run, error, refresh } = useRun(view.id);
  const onStarted = (started: Run) => {
    onBack();
    if (openRun) {
      openRun(started);
    } else {
      onOpen(viewOfRun(started));
    }
  };
  if (!run) {
    return error ? (
      <ErrorView error={error} onRetry={() => void refresh()} />
    ) : (
      <Placeholder />
    );
  }
  return (
    <div className="jp-kfp-FormPage">
      <React.Suspense fallback={<Placeholder />}>
        <CloneForm run={run} onStarted={onStarted} onClose={onBack} />
      </React.Suspense>
    </div>
  );
}
