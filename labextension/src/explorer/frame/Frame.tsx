import * as React from 'react';

import { ClockProvider } from '../components/time';
import { useUncovered } from '../components/visibility';
import type { Environment, Source } from '../model/environment';
import { EnvironmentProvider, useEnvironment } from '../model/environment';
import type { Trans } from '../model/i18n';
import { useStatus } from '../model/queries';

export interface FrameProps {
  source: Source;
  trans: Trans;
  /** Whether anybody can see it. */
  visible: boolean;
  /** Where links lead; what is left out comes from the server's settings. */
  links?: Partial<Environment['links']>;
}

/** Around the explorer and each of its tabs: how it asks, the time, and what is read aloud. */
export function Frame(
  props: FrameProps & {
    /** Whose things are listed. */
    namespace?: string;
    label: string;
    className?: string;
    children: React.ReactNode;
  }
): JSX.Element {
  const [said, announce] = React.useState('');
  const uncovered = useUncovered();
  const { source, trans, links, namespace = '' } = props;
  const visible = props.visible && uncovered;
  const environment = React.useMemo<Environment>(
    () => ({
      ...source,
      namespace,
      trans,
      visible,
      announce,
      links: {
        uiUrl: links?.uiUrl ?? '',
        namespace: namespace || links?.namespace || ''
      }
    }),
    [source, namespace, trans, visible, links?.uiUrl, links?.namespace]
  );
  return (
    <EnvironmentProvider value={environment}>
      <ClockProvider>
        <section
          className={`jp-kfp-Explorer ${props.className ?? ''}`}
          aria-label={props.label}
        >
          <Connected>{props.children}</Connected>
          <span className="jp-kfp-Hidden" role="status" aria-live="polite">
            {said}
          </span>
        </section>
      </ClockProvider>
    </EnvironmentProvider>
  );
}

/** Knows the connection, and from it where links lead. */
function Connected(props: { children: React.ReactNode }): JSX.Element {
  const environment = useEnvironment();
  const { data: status } = useStatus();
  const { uiUrl, namespace } = environment.links;
  const connected = React.useMemo<Environment>(
    () => ({
      ...environment,
      status,
      links: {
        uiUrl: uiUrl || status?.settings.ui_url.value || '',
        namespace: namespace || status?.settings.namespace.value || ''
      }
    }),
    [environment, uiUrl, namespace, status]
  );
  return (
    <EnvironmentProvider value={connected}>
      {props.children}
    </EnvironmentProvider>
  );
}
