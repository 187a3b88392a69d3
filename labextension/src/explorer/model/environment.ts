import * as React from 'react';

import type { PipelinesApi } from '../api/api';
import type { Status } from '../api/types';
import type { Trans } from './i18n';
import { english } from './i18n';
import type { LinkBase } from './links';
import type { Store } from './store';

/** How often to look again, in milliseconds; null for not at all. */
export interface Intervals {
  /** While something is unfinished. */
  quick: number | null;
  /** When everything is finished. */
  slow: number | null;
}

/** How data is asked for. */
export interface Source {
  store: Store;
  intervals: Intervals;
  pageSize: number;
}

/** What is the same for the whole explorer. */
export interface Environment extends Source {
  /** Whose things are listed; those of the configured one where it is empty. */
  namespace: string;
  trans: Trans;
  links: LinkBase;
  /** Whether anybody can see the explorer. */
  visible: boolean;
  /** The connection, where it is known. */
  status?: Status;
  /** Tell a screen reader what has changed. */
  announce: (text: string) => void;
}

const Context = React.createContext<Environment | null>(null);

export const EnvironmentProvider = Context.Provider;

export function useEnvironment(): Environment {
  const environment = React.useContext(Context);
  if (!environment) {
    throw new Error('There is no environment around this component.');
  }
  return environment;
}

/** The translator. */
export function useTrans(): Trans {
  return React.useContext(Context)?.trans ?? english;
}

/** The way to Pipelines. */
export function useApi(): PipelinesApi {
  return useEnvironment().store.api;
}
