import type { PipelinesApi } from '../api/api';
import type { View } from './navigation';
import { viewOf } from './navigation';
import type { Subject } from './subject';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text is an id of Pipelines. */
export function isId(text: string): boolean {
  return UUID.test(text);
}

/** The view of the thing with this id, whatever kind it is of; null where there is none. */
export async function findById(
  api: PipelinesApi,
  id: string
): Promise<View | null> {
  const kinds: (() => Promise<Subject>)[] = [
    async () => ({ kind: 'run', item: (await api.run(id)).data }),
    async () => ({ kind: 'experiment', item: (await api.experiment(id)).data }),
    async () => ({ kind: 'pipeline', item: (await api.pipeline(id)).data }),
    async () => ({
      kind: 'recurring-run',
      item: (await api.recurringRun(id)).data
    })
  ];
  for (const ask of kinds) {
    try {
      return viewOf(await ask());
    } catch {
      // Not of this kind, or not to be seen.
    }
  }
  return null;
}
