import * as React from 'react';

/** What the page around the explorer can do. */
export interface ActionsHost {
  /** Whether it tells when a watched run ends. */
  notifies?: boolean;
  /** Puts Python into the notebook beside the explorer. */
  insertCode?: (code: string) => void;
}

const Context = React.createContext<ActionsHost>({});

export const ActionsHostProvider = Context.Provider;

export function useActionsHost(): ActionsHost {
  return React.useContext(Context);
}
