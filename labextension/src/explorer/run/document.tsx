import * as React from 'react';

import type { Run, Status } from '../api/types';
import { Icon } from '../components/icons';
import type { Environment } from '../environment';
import { EnvironmentProvider, useTrans } from '../environment';
import { questionKey, useLive } from '../model/hooks';
import type { View } from '../model/navigation';
import { ClockProvider } from '../time';
import { RunView } from '../views/run';

export interface RunDocumentProps extends Pick<
  Environment,
  'source' | 'trans' | 'visible' | 'cache' | 'refreshes'
> {
  runId: string;
  /** Where links lead; empty for what the server is configured with. */
  uiUrl: string;
  /** Told of the run whenever there is news of it. */
  onRun: (run: Run) => void;
  /** Asked to show something else. */
  onOpen: (view: View) => void;
}

/** One run, with nothing around it. */
export function RunDocument(props: RunDocumentProps): JSX.Element {
  const [said, announce] = React.useState('');
  const { source, trans, visible, cache, refreshes, uiUrl } = props;
  const environment = React.useMemo<Environment>(
    () => ({
      source,
      trans,
      visible,
      cache,
      refreshes,
      announce,
      recheck: () => undefined,
      links: { uiUrl, namespace: '' }
    }),
    [source, trans, visible, cache, refreshes, uiUrl]
  );
  return (
    <EnvironmentProvider value={environment}>
      <ClockProvider>
        <section
          className="jp-kfp-Explorer jp-mod-document"
          aria-label={trans.__('A run of Kubeflow Pipelines')}
        >
          <Contents {...props} environment={environment} />
          <span className="jp-kfp-Hidden" role="status" aria-live="polite">
            {said}
          </span>
        </section>
      </ClockProvider>
    </EnvironmentProvider>
  );
}

function Contents(
  props: RunDocumentProps & { environment: Environment }
): JSX.Element {
  const trans = useTrans();
  const { environment, runId } = props;
  const { live, data: status } = useLive<Status>(
    questionKey('status'),
    ({ api }, options) => api.status(options),
    ({ intervals }) => intervals.slow
  );
  const connected = React.useMemo<Environment>(
    () => ({
      ...environment,
      status,
      recheck: live.recheck,
      links: {
        uiUrl: environment.links.uiUrl || status?.settings.ui_url.value || '',
        namespace: status?.settings.namespace.value ?? ''
      }
    }),
    [environment, live, status]
  );
  const view = React.useMemo<View>(
    () => ({ kind: 'run', id: runId, query: {} }),
    [runId]
  );
  return (
    <EnvironmentProvider value={connected}>
      {status?.pipelines.stand_in && (
        <p className="jp-kfp-Banner" role="note">
          <Icon name="info" />
          <span>
            {trans.__('This is the sandbox, a stand-in for a cluster.')}
          </span>
        </p>
      )}
      <div className="jp-kfp-View">
        <RunView view={view} onOpen={props.onOpen} onRun={props.onRun} />
      </div>
    </EnvironmentProvider>
  );
}
