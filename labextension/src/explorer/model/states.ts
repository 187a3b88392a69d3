import type { Run, Task } from '../api/types';
import type { Trans } from './i18n';

/** How a run or a task is: Pipelines' states, with those told apart that it mixes. */
export const STATUSES = [
  'pending',
  'running',
  'terminating',
  'succeeded',
  'cached',
  'skipped',
  'failed',
  'terminated',
  'not-started',
  'not-run',
  'paused',
  'unknown'
] as const;

export type RunStatus = (typeof STATUSES)[number];

/** What tells how a run or a task is. */
export type Stateful = Pick<Run | Task, 'state'> & {
  /** As the server has worked it out. */
  status?: string;
  state_history?: Run['state_history'];
};

const OF_STATE: Readonly<Record<string, RunStatus>> = {
  PENDING: 'pending',
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  SKIPPED: 'skipped',
  FAILED: 'failed',
  CANCELING: 'terminating',
  CANCELED: 'terminated',
  PAUSED: 'paused',
  '': 'unknown'
};

/** The status of a run or a task; a word that is not known comes back as it is. */
export function statusOf(item: Stateful): string {
  if (item.status === 'unknown' && item.state && !(item.state in OF_STATE)) {
    return item.state; // A word of a newer Pipelines is shown as it was sent.
  }
  if (item.status) {
    return item.status;
  }
  // Pipelines writes FAILED for what was terminated; its history tells them apart.
  const terminated =
    item.state === 'FAILED' &&
    item.state_history?.some(({ state }) => state === 'CANCELING');
  return terminated ? 'terminated' : statusOfWord(item.state);
}

/** The status that a word stands for: a status itself, or one of Pipelines' states. */
export function statusOfWord(word: string): string {
  return (Object.hasOwn(OF_STATE, word) ? OF_STATE[word] : undefined) ?? word;
}

const FINISHED: ReadonlySet<string> = new Set<RunStatus>([
  'succeeded',
  'cached',
  'skipped',
  'failed',
  'terminated',
  'not-run'
]);

/** Whether nothing will happen any more. An unknown state may still change. */
export function isFinished(item: Stateful): boolean {
  return FINISHED.has(statusOf(item));
}

export function isUnfinished(item: Stateful): boolean {
  return !isFinished(item);
}

/** The word for a status or a state; one that is not known is shown as it is. */
export function stateWord(word: string, trans: Trans): string {
  const status = statusOfWord(word);
  switch (status as RunStatus) {
    case 'pending':
      return trans.__('Pending');
    case 'running':
      return trans.__('Running');
    case 'terminating':
      return trans.__('Terminating');
    case 'succeeded':
      return trans.__('Succeeded');
    case 'cached':
      return trans.__('From cache');
    case 'skipped':
      return trans.__('Skipped');
    case 'failed':
      return trans.__('Failed');
    case 'terminated':
      return trans.__('Terminated');
    case 'not-started':
      return trans.__('Not started');
    case 'not-run':
      return trans.__('Not run');
    case 'paused':
      return trans.__('Paused');
    case 'unknown':
      return trans.__('Unknown');
    default:
      return status;
  }
}
