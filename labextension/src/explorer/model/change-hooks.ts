import * as React from 'react';

import type { Change, Changes } from './changes';
import { useEnvironment } from './environment';

/** What is being done on this page. */
export function useChanges(): Changes {
  return useEnvironment().store.changes;
}

/** What is being done to the thing with this id. */
export function useChange(id: string): Change | undefined {
  const changes = useChanges();
  return React.useSyncExternalStore(changes.subscribe, () => changes.of(id));
}

/** `item` as it will be when what is being done to it is done. */
export function useChanged<T extends object>(id: string, item: T): T {
  const patch = useChange(id)?.patch;
  return React.useMemo(
    () => (patch ? { ...item, ...patch } : item),
    [item, patch]
  );
}

/** Every item as it will be when what is being done to it is done. */
export function useAllChanged(): <T extends object>(id: string, item: T) => T {
  const changes = useChanges();
  React.useSyncExternalStore(changes.subscribe, changes.version);
  return (id, item) => {
    const patch = changes.of(id)?.patch;
    return patch ? { ...item, ...patch } : item;
  };
}
