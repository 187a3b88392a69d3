import * as React from 'react';

import type { Change } from '../model/changes';
import { Changes } from '../model/changes';

/** For the whole page, so that every view of a run shows what happens to it. */
export const pageChanges = new Changes();

const Context = React.createContext(pageChanges);

export const ChangesProvider = Context.Provider;

/** What is being done on this page. */
export function useChanges(): Changes {
  return React.useContext(Context);
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
