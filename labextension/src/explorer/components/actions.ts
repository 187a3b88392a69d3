import type { PipelinesApi } from '../api/api';
import type { Trans } from '../model/i18n';
import { isFinished, statusOf } from '../model/states';
import type { Subject } from '../model/subject';
import { idOf, isArchived, nameOf } from '../model/subject';
import type { IconName } from './icons';

/** Something that the server does to things. */
export interface Action {
  id: string;
  label: string;
  icon: IconName;
  /** The key that does the same while a row has the focus. */
  key?: string;
  /** Whether a thing's state allows it. */
  fits: (subject: Subject) => boolean;
  send: (api: PipelinesApi, subject: Subject) => Promise<unknown>;
  /** How a thing looks as soon as it is asked for. */
  patch: object;
  /** Asked before what cannot be undone. */
  question?: (names: string, subjects: readonly Subject[]) => string;
  /** Said when it is done: to one thing, and to several. */
  done: (name: string) => string;
  doneToMany: (count: number) => string;
  /** The action that takes it back. */
  undo?: string;
  /** Whether the server tells of the run's end from then on. */
  watches?: boolean;
}

/**
 * What the server can do to things: one table for menus, buttons, keys and questions, in
 * the order in which they are shown.
 */
export function serverActions(trans: Trans): readonly Action[] {
  return [
    {
      id: 'retry',
      label: trans.__('Retry'),
      icon: 'recurring',
      fits: subject =>
        subject.kind === 'run' &&
        !isArchived(subject) &&
        ['failed', 'terminated'].includes(statusOf(subject.item)),
      send: (api, subject) => api.actOnRun(idOf(subject), 'retry'),
      patch: { state: 'RUNNING', status: 'running', finished_at: null },
      done: name => trans.__('Retrying %1.', name),
      doneToMany: count => trans._n('%1 retried', '%1 retried', count),
      watches: true
    },
    {
      id: 'terminate',
      label: trans.__('Terminate'),
      icon: 'stop',
      fits: subject =>
        subject.kind === 'run' &&
        !isFinished(subject.item) &&
        statusOf(subject.item) !== 'terminating',
      send: (api, subject) => api.actOnRun(idOf(subject), 'terminate'),
      patch: { state: 'CANCELING', status: 'terminating' },
      question: names =>
        trans.__('Terminate %1? Work in progress will be lost.', names),
      done: name => trans.__('Terminating %1.', name),
      doneToMany: count => trans._n('%1 terminating', '%1 terminating', count),
      watches: true
    },
    {
      id: 'enable',
      label: trans.__('Enable'),
      icon: 'recurring',
      fits: ({ kind, item }) => kind === 'recurring-run' && !item.enabled,
      send: (api, subject) => api.actOnRecurringRun(idOf(subject), 'enable'),
      patch: { enabled: true },
      done: name => trans.__('Enabled %1.', name),
      doneToMany: count => trans._n('%1 enabled', '%1 enabled', count),
      undo: 'disable'
    },
    {
      id: 'disable',
      label: trans.__('Disable'),
      icon: 'paused',
      fits: ({ kind, item }) => kind === 'recurring-run' && item.enabled,
      send: (api, subject) => api.actOnRecurringRun(idOf(subject), 'disable'),
      patch: { enabled: false },
      done: name => trans.__('Disabled %1.', name),
      doneToMany: count => trans._n('%1 disabled', '%1 disabled', count),
      undo: 'enable'
    },
    {
      id: 'archive',
      label: trans.__('Archive'),
      icon: 'archive',
      fits: subject =>
        (subject.kind === 'run' || subject.kind === 'experiment') &&
        !isArchived(subject),
      send: (api, subject) => archiving(api, subject, 'archive'),
      patch: { storage_state: 'ARCHIVED' },
      question: (names, subjects) =>
        subjects.some(({ kind }) => kind === 'experiment')
          ? trans.__(
              'Archive %1? This also archives its runs and disables its recurring runs. Restoring the experiment does not undo that.',
              names
            )
          : '',
      done: name => trans.__('Archived %1.', name),
      doneToMany: count => trans._n('%1 archived', '%1 archived', count),
      undo: 'restore'
    },
    {
      id: 'restore',
      label: trans.__('Restore'),
      icon: 'unarchive',
      fits: isArchived,
      send: (api, subject) => archiving(api, subject, 'unarchive'),
      patch: { storage_state: 'AVAILABLE' },
      done: name => trans.__('Restored %1.', name),
      doneToMany: count => trans._n('%1 restored', '%1 restored', count),
      undo: 'archive'
    }
  ];
}

function archiving(
  api: PipelinesApi,
  subject: Subject,
  action: 'archive' | 'unarchive'
): Promise<void> {
  return subject.kind === 'experiment'
    ? api.actOnExperiment(idOf(subject), action)
    : api.actOnRun(idOf(subject), action);
}

/** How many names a question or an answer tells. */
const TOLD = 5;

/** The names of things, the first few where there are many. */
export function namesOf(subjects: readonly Subject[], trans: Trans): string {
  const names = subjects.slice(0, TOLD).map(nameOf).join(', ');
  const more = subjects.length - TOLD;
  return more > 0
    ? trans._n('%2 and %1 more', '%2 and %1 more', more, names)
    : names;
}
