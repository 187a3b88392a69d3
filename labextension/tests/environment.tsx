import * as React from 'react';

import type { Environment } from '../src/explorer/model/environment';
import { EnvironmentProvider } from '../src/explorer/model/environment';
import { english } from '../src/explorer/model/i18n';
import { ClockProvider } from '../src/explorer/components/time';
import { aSource, FakeApi } from './fake';

/** What is around a component in the explorer. */
export function TestEnvironment(
  props: Partial<Environment> & { children: React.ReactNode }
): JSX.Element {
  const { children, ...more } = props;
  const environment: Environment = {
    ...aSource(new FakeApi()),
    namespace: '',
    trans: english,
    links: { uiUrl: 'https://kubeflow.example.com/_/pipeline/', namespace: '' },
    visible: true,
    announce: () => undefined,
    ...more
  };
  return (
    <EnvironmentProvider value={environment}>
      <ClockProvider>{children}</ClockProvider>
    </EnvironmentProvider>
  );
}
