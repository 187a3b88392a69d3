import type {
  ExperimentAction,
  PipelinesApi,
  RecurringRunAction,
  RunAction
} from '../api/api';
import type { Experiment, RecurringRun, Run } from '../api/types';
import type { IconName } from './icons';
import type { Trans } from '../model/i18n';
import { isFinished } from '../model/states';

/** Something to do to a thing, as a button shows it. */
export interface Action {
  name: string;
  label: string;
  icon: IconName;
  /** Asked before what cannot be undone. */
  question?: string;
  /** Said to screen readers when it is done. */
  done: string;
  /** How the thing looks as soon as it is asked for. */
  patch: object;
  send: (api: PipelinesApi) => Promise<void>;
}

/** What makes sense for a run in this state. */
export function runActions(run: Run, trans: Trans): Action[] {
  const { run_id: id, display_name: name, state } = run;
  const send = (action: RunAction) => (api: PipelinesApi) =>
    api.actOnRun(id, action);
  const archived = run.storage_state === 'ARCHIVED';
  const actions: (Action | false)[] = [
    !isFinished(run) &&
      state !== 'CANCELING' && {
        name: 'terminate',
        label: trans.__('Terminate'),
        icon: 'stop',
        question: trans.__(
          'Terminate %1? What its tasks are doing is lost.',
          name
        ),
        done: trans.__('%1 is being terminated', name),
        patch: { state: 'CANCELING', status: 'terminating' },
        send: send('terminate')
      },
    (state === 'FAILED' || state === 'CANCELED') &&
      !archived && {
        name: 'retry',
        label: trans.__('Retry'),
        icon: 'recurring',
        done: trans.__('%1 runs again', name),
        patch: {
          state: 'RUNNING',
          status: 'running',
          finished_at: null,
          error: ''
        },
        send: send('retry')
      },
    !archived && {
      name: 'archive',
      label: trans.__('Archive'),
      icon: 'archive',
      done: trans.__('%1 is archived', name),
      patch: { storage_state: 'ARCHIVED' },
      send: send('archive')
    },
    archived && {
      name: 'unarchive',
      label: trans.__('Unarchive'),
      icon: 'unarchive',
      done: trans.__('%1 is no longer archived', name),
      patch: { storage_state: 'AVAILABLE' },
      send: send('unarchive')
    }
  ];
  return actions.filter(action => action !== false);
}

/** What makes sense for an experiment. */
export function experimentActions(
  experiment: Experiment,
  trans: Trans
): Action[] {
  const { experiment_id: id, display_name: name } = experiment;
  const send = (action: ExperimentAction) => (api: PipelinesApi) =>
    api.actOnExperiment(id, action);
  return experiment.storage_state === 'ARCHIVED'
    ? [
        {
          name: 'unarchive',
          label: trans.__('Unarchive'),
          icon: 'unarchive',
          done: trans.__('%1 is no longer archived', name),
          patch: { storage_state: 'AVAILABLE' },
          send: send('unarchive')
        }
      ]
    : [
        {
          name: 'archive',
          label: trans.__('Archive'),
          icon: 'archive',
          question: trans.__(
            'Archive %1? Its runs are archived and its recurring runs disabled; they stay so when the experiment comes back.',
            name
          ),
          done: trans.__('%1 is archived', name),
          patch: { storage_state: 'ARCHIVED' },
          send: send('archive')
        }
      ];
}

/** What makes sense for a recurring run. */
export function recurringRunActions(
  recurring: RecurringRun,
  trans: Trans
): Action[] {
  const { recurring_run_id: id, display_name: name, enabled } = recurring;
  const send = (action: RecurringRunAction) => (api: PipelinesApi) =>
    api.actOnRecurringRun(id, action);
  return [
    enabled
      ? {
          name: 'disable',
          label: trans.__('Disable'),
          icon: 'paused',
          done: trans.__('%1 is disabled', name),
          patch: { enabled: false },
          send: send('disable')
        }
      : {
          name: 'enable',
          label: trans.__('Enable'),
          icon: 'recurring',
          done: trans.__('%1 is enabled', name),
          patch: { enabled: true },
          send: send('enable')
        }
  ];
}
