import * as React from 'react';

import type { Intervals, Source } from '../explorer/model/environment';
import type { Store } from '../explorer/model/store';
import type { Choices, Preferences } from './preferences';

/** How many times less often to look when everything is finished. */
const SLOWER = 6;

/** How often to look, by the user's settings. */
export function intervalsOf({
  refreshInterval
}: Pick<Choices, 'refreshInterval'>): Intervals {
  const quick = refreshInterval * 1000;
  return { quick, slow: quick * SLOWER };
}

/** How data is asked for, by the user's settings. */
export function useSource(store: Store, choices: Choices): Source {
  const { refreshInterval, pageSize } = choices;
  return React.useMemo(
    () => ({ store, pageSize, intervals: intervalsOf({ refreshInterval }) }),
    [store, pageSize, refreshInterval]
  );
}

/** What the user has chosen, followed. */
export function useChoices(preferences: Preferences): Choices {
  return React.useSyncExternalStore(
    React.useCallback(
      listener => {
        preferences.changed.connect(listener);
        return () => void preferences.changed.disconnect(listener);
      },
      [preferences]
    ),
    () => preferences.choices
  );
}
