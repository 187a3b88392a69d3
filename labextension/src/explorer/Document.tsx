import * as React from 'react';

import type { Status } from './api/types';
import { Icon } from './components/icons';
import type { Environment } from './model/environment';
import { EnvironmentProvider, useTrans } from './model/environment';
import { questionKey, useLive } from './model/queries';
import { ClockProvider } from './components/time';

export interface DocumentProps extends Pick<
  Environment,
  'source' | 'trans' | 'visible' | 'cache' | 'refreshes'
> {
  /** Where links lead; empty for what the server is configured with. */
  uiUrl: string;
}

/** Something of the explorer in a tab of its own, with nothing around it. */
export function Document(
  props: DocumentProps & { label: string; children: React.ReactNode }
): JSX.Element {
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
          aria-label={props.label}
        >
          <Connected environment={environment}>{props.children}</Connected>
          <span className="jp-kfp-Hidden" role="status" aria-live="polite">
            {said}
          </span>
        </section>
      </ClockProvider>
    </EnvironmentProvider>
  );
}

/** Knows the connection, and says so where it is none to a cluster. */
function Connected(props: {
  environment: Environment;
  children: React.ReactNode;
}): JSX.Element {
  const { environment } = props;
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
  return (
    <EnvironmentProvider value={connected}>
      {status?.pipelines.stand_in && <StandIn />}
      <div className="jp-kfp-View">{props.children}</div>
    </EnvironmentProvider>
  );
}

/** Says that the answers come from no cluster. */
export function StandIn(): JSX.Element {
  const trans = useTrans();
  return (
    <p className="jp-kfp-Banner" role="note">
      <Icon name="info" />
      <span>{trans.__('This is the sandbox, a stand-in for a cluster.')}</span>
    </p>
  );
}
