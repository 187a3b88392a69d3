import * as React from 'react';

import type { PipelinesApi } from '../api/api';
import type { Status } from '../api/types';
import type { Trans } from './i18n';
import { english } from './i18n';
import type { LinkBase } from './links';
import type { Snapshot } from './live';

/** How often to look again, in milliseconds; null for not at all. */
export interface Intervals {
  /** While something is unfinished. */
  quick: number | null;
  /** When everything is finished. */
  slow: number | null;
}

/** How data is asked for; a new object means to start anew. */
export interface Source {
  api: PipelinesApi;
  intervals: Intervals;
  pageSize: number;
  /** Whose things are listed; those of the configured one where it is empty. */
  namespace?: string;
}

/** What is the same for the whole explorer. */
export interface Environment {
  source: Source;
  trans: Trans;
  links: LinkBase;
  /** Whether anybody can see the explorer. */
  visible: boolean;
  /** Increases when the user asks for a refresh. */
  refreshes: number;
  /** The last answers by question, so that going back shows something at once. */
  cache: Map<string, Snapshot<unknown>>;
  /** The connection, where it is known. */
  status?: Status;
  /** Look at the connection again: something has failed, or works again. */
  recheck: () => void;
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
