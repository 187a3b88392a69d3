import * as React from 'react';

import type { Run } from '../api/types';
import { Placeholder } from '../components/list-view';
import { ErrorView, StaleBanner } from '../components/problem';
import { useEnvironment } from '../model/environment';
import { useRun } from '../model/queries';
import { statusOf, stateWord } from '../model/states';
import { RunPage } from '../run/run-page';
import type { ViewProps } from './experiments';

/** A run, followed for as long as it is looked at. */
export function RunView(
  props: Pick<ViewProps, 'view' | 'onOpen' | 'onName'> & {
    /** Told of the run whenever there is news of it. */
    onRun?: (run: Run) => void;
  }
): JSX.Element {
  const { id } = props.view;
  const { data, at, error, busy, refresh } = useRun(id);
  useAnnouncedState(data);
  const { onRun, onName } = props;
  React.useEffect(() => {
    if (data) {
      onRun?.(data);
      onName?.(data.display_name);
    }
  }, [onRun, onName, data]);
  const retry = () => void refresh();
  if (!data) {
    return error ? (
      <ErrorView error={error} onRetry={retry} />
    ) : (
      <Placeholder />
    );
  }
  return (
    <>
      {error && <StaleBanner error={error} onRetry={retry} />}
      <div className="jp-kfp-List" aria-busy={busy}>
        <div className={`jp-kfp-Progress ${busy ? 'jp-mod-busy' : ''}`} />
        <RunPage run={data} at={at} onRefresh={retry} onOpen={props.onOpen} />
      </div>
    </>
  );
}

function useAnnouncedState(run: Run | undefined): void {
  const { announce, trans } = useEnvironment();
  const last = React.useRef<string | undefined>(undefined);
  React.useEffect(() => {
    if (run && last.current !== undefined && last.current !== statusOf(run)) {
      announce(
        trans.__('%1: %2', run.display_name, stateWord(statusOf(run), trans))
      );
    }
    last.current = run && statusOf(run);
  }, [announce, run, trans]);
}
