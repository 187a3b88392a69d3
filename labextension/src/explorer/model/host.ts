import * as React from 'react';

import type { Run } from '../api/types';
import type { MenuEntry } from './menu';

/** What the page around the explorer can do; a view leaves out what its host lacks. */
export interface Host {
  /** Whether it tells when a watched run ends. */
  notifies?: boolean;
  /** Puts code into a new cell of the notebook that was used last. */
  insertCell?: (code: string) => void;
  /** Shows a run in a tab of its own. */
  openRun?: (run: Pick<Run, 'run_id' | 'display_name'>) => void;
  /** Shows runs beside each other in a tab of their own. */
  openComparison?: (ids: readonly string[]) => void;
  /** Shows a menu as the host shows its own; `back` gets the focus afterwards. */
  openMenu?: (
    entries: readonly MenuEntry[],
    at: { x: number; y: number },
    back: HTMLElement | null
  ) => void;
  /** Starts to drag code, to be dropped between cells. */
  dragCell?: (code: string, event: PointerEvent) => void;
  /** Says what was done, with a way to undo it. */
  notify?: (text: string, undo?: () => void) => void;
  /** Shows the settings. */
  openSettings?: () => void;
  /** The address of a run in this host. */
  linkTo?: (run: Pick<Run, 'run_id'>) => string;
  /** Whether this is a tab of the host. */
  inTab?: boolean;
}

const Context = React.createContext<Host>({});

export const HostProvider = Context.Provider;

export function useHost(): Host {
  return React.useContext(Context);
}
