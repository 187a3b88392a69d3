import * as React from 'react';

/** Whether the browser's tab is in front. */
export function useUncovered(): boolean {
  return React.useSyncExternalStore(
    listener => {
      document.addEventListener('visibilitychange', listener);
      return () => document.removeEventListener('visibilitychange', listener);
    },
    () => document.visibilityState !== 'hidden'
  );
}
