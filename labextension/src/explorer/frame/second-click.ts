import * as React from 'react';

import { useHost } from '../model/host';
import type { View } from '../model/navigation';

/** The second click of two on a run: it is shown in a tab instead, where there are tabs. */
export function useSecondClick(onBack: (view: View) => void): {
  /** What the last click has opened. */
  openedRef: React.MutableRefObject<View | null>;
  onClickCapture: (event: React.MouseEvent) => void;
} {
  const { openRun } = useHost();
  const openedRef = React.useRef<View | null>(null);
  const onClickCapture = (event: React.MouseEvent) => {
    const view = openedRef.current;
    openedRef.current = null;
    if (event.detail === 2 && view?.kind === 'run' && openRun) {
      window.getSelection()?.removeAllRanges(); // The browser takes it for a choice of words.
      event.preventDefault();
      event.stopPropagation();
      onBack(view);
      openRun({ run_id: view.id, display_name: view.label ?? '' });
    }
  };
  return { openedRef, onClickCapture };
}
