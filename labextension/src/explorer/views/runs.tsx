import * as React from 'react';

import type { Run } from '../api/types';
import { Badge } from '../components/badge';
import type { Column } from '../components/data-list';
import { chipsOf, FilterForm } from '../components/filter-form';
import { ListView } from '../components/list-view';
import { Dotted } from '../components/rows';
import { State, StateIcon, StateWord } from '../components/states';
import { RelativeTime, RunDuration } from '../components/time';
import { useAllChanged } from '../model/change-hooks';
import { useTrans } from '../model/environment';
import type { Filter } from '../model/navigation';
import { viewOfRun } from '../model/navigation';
import { useExperimentName } from '../model/queries';
import { RUNS } from '../model/sources';
import { statusOf } from '../model/states';
import type { Subject } from '../model/subject';
import type { ViewProps } from './experiments';
import { commonSorts } from './sorts';

const subjectOf = (item: Run): Subject => ({ kind: 'run', item });

const DAY = 86_400_000;

/** How a run is started from a notebook. */
const SUBMIT = '%kfp submit pipeline.yaml';

/** Runs: all of them, or those of an experiment or of a recurring run. */
export function RunsView(props: ViewProps): JSX.Element {
  const trans = useTrans();
  const { view, onOpen, onQuery } = props;
  const { query, filter } = view;
  const changed = useAllChanged();
  const own = (run: Run) => changed(run.run_id, run);
  const [now] = React.useState(() => Date.now());
  const matches = React.useMemo(() => matcherOf(filter, now), [filter, now]);
  const experiment: Column<Run> = {
    id: 'experiment',
    label: trans.__('Experiment'),
    cell: run => <ExperimentName id={run.experiment_id} />
  };
  const finished = { value: 'finished_at desc', label: trans.__('Finished') };
  return (
    <ListView
      list={RUNS}
      view={view}
      onQuery={onQuery}
      onOpen={run => onOpen(viewOfRun(run))}
      label={trans.__('Runs')}
      searchLabel={trans.__('Search runs')}
      empty={
        <>
          <p>
            {query.experiment_id
              ? trans.__('This experiment has no runs yet.')
              : trans.__('No runs yet.')}
          </p>
          <code>{SUBMIT}</code>
        </>
      }
      subjectOf={run => subjectOf(own(run))}
      matches={matches}
      icon={run => <StateIcon state={statusOf(own(run))} />}
      badge={run => <Badge archived={own(run).storage_state === 'ARCHIVED'} />}
      details={run => (
        <Dotted>
          <StateWord state={statusOf(own(run))} />
          <Why run={own(run)} />
          <RelativeTime time={run.created_at} />
          <RunDuration run={own(run)} />
          {!query.experiment_id && <ExperimentName id={run.experiment_id} />}
        </Dotted>
      )}
      columns={[
        {
          id: 'state',
          label: trans.__('State'),
          cell: run => <State item={own(run)} />
        },
        ...(query.experiment_id ? [] : [experiment]),
        {
          id: 'started',
          label: trans.__('Started'),
          sort: 'created_at',
          cell: run => <RelativeTime time={run.created_at} />
        },
        {
          id: 'duration',
          label: trans.__('Duration'),
          cell: run => <RunDuration run={own(run)} />
        }
      ]}
      chips={chipsOf(view, onQuery, trans)}
      form={
        <FilterForm
          view={view}
          onQuery={onQuery}
          sorts={[...commonSorts(trans), finished]}
          runs
          archives
        />
      }
    />
  );
}

/** Why a run failed or what it waits for, in few words. */
function Why({ run }: { run: Run }): JSX.Element | null {
  const { reason } = run;
  const status = statusOf(run);
  return reason && (status === 'failed' || status === 'pending') ? (
    <span className="jp-kfp-Why" title={reason.message}>
      {reason.message}
    </span>
  ) : null;
}

/** An experiment's name, where it is known without asking for it. */
function ExperimentName({ id }: { id: string }): JSX.Element | null {
  const name = useExperimentName(id);
  return name ? <span className="jp-kfp-Optional">{name}</span> : null;
}

/** What of a filter the server does not do. */
function matcherOf(
  filter: Filter | undefined,
  now: number
): ((run: Run) => boolean) | undefined {
  const { states = [], days, recurring, archived } = filter ?? {};
  if (states.length === 0 && days === undefined && !recurring && !archived) {
    return undefined;
  }
  const since = days === undefined ? -Infinity : startOf(days, now);
  return run =>
    (states.length === 0 || states.includes(statusOf(run))) &&
    Date.parse(run.created_at ?? '') >= since &&
    (!recurring || run.recurring_run_id === recurring) &&
    (!archived || run.storage_state === 'ARCHIVED');
}

/** Midnight of today, or so many days ago (milliseconds since 1970). */
function startOf(days: number, now: number): number {
  return days === 0 ? new Date(now).setHours(0, 0, 0, 0) : now - days * DAY;
}
