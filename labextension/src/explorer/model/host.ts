import * as React from 'react';

import type { Run } from '../api/types';

/** What the page around the explorer can do. */
export interface ActionsHost {
  /** Whether it tells when a watched run ends. */
  notifies?: boolean;
  /** Puts Python into the notebook beside the explorer. */
  insertCode?: (code: string) => void;
  /** Shows a run in a tab of its own. */
  openRun?: (run: Pick<Run, 'run_id' | 'display_name'>) => void;
  /** Shows runs beside each other in a tab of their own. */
  openComparison?: (ids: readonly string[]) => void;
  /** Whether this is such a tab already. */
  inTab?: boolean;
}

const Context = React.createContext<ActionsHost>({});

export const ActionsHostProvider = Context.Provider;

export function useActionsHost(): ActionsHost {
  return React.useContext(Context);
}
