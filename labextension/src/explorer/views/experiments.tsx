import * as React from 'react';

import type { ListQuery } from '../api/api';
import type { Experiment } from '../api/types';
import { chipsOf, FilterForm } from '../components/filter-form';
import { ListView } from '../components/list-view';
import { Dotted } from '../components/rows';
import { Badge } from '../components/badge';
import { RelativeTime } from '../components/time';
import { useAllChanged } from '../model/change-hooks';
import { useTrans } from '../model/environment';
import type { Filter, View } from '../model/navigation';
import { viewOf } from '../model/navigation';
import { EXPERIMENTS } from '../model/sources';
import type { Subject } from '../model/subject';
import { commonSorts } from './sorts';

/** What every view is given. */
export interface ViewProps {
  view: View;
  onOpen: (view: View) => void;
  onQuery: (query: ListQuery, filter?: Filter) => void;
  /** Told what the thing that is shown is called. */
  onName?: (name: string) => void;
}

const subjectOf = (item: Experiment): Subject => ({ kind: 'experiment', item });

export function ExperimentsView(props: ViewProps): JSX.Element {
  const trans = useTrans();
  const { view, onOpen, onQuery } = props;
  const changed = useAllChanged();
  const sorts = [
    ...commonSorts(trans),
    { value: 'last_run_created_at desc', label: trans.__('Last run') }
  ];
  const onlyArchived = view.filter?.archived;
  return (
    <ListView
      list={EXPERIMENTS}
      view={view}
      onQuery={onQuery}
      onOpen={item => onOpen(viewOf(subjectOf(item)))}
      label={trans.__('Experiments')}
      searchLabel={trans.__('Search experiments')}
      empty={<p>{trans.__('No experiments yet.')}</p>}
      subjectOf={item => subjectOf(changed(item.experiment_id, item))}
      matches={
        onlyArchived ? item => item.storage_state === 'ARCHIVED' : undefined
      }
      badge={item => (
        <Badge archived={isArchived(changed(item.experiment_id, item))} />
      )}
      details={item => (
        <Dotted>
          <LastRun experiment={item} />
        </Dotted>
      )}
      columns={[
        {
          id: 'last',
          label: trans.__('Last Run'),
          sort: 'last_run_created_at',
          cell: item => <RelativeTime time={item.last_run_created_at} />
        },
        {
          id: 'created',
          label: trans.__('Created'),
          sort: 'created_at',
          cell: item => <RelativeTime time={item.created_at} />
        }
      ]}
      chips={chipsOf(view, onQuery, trans)}
      form={<FilterForm view={view} onQuery={onQuery} sorts={sorts} archives />}
    />
  );
}

function isArchived({ storage_state }: Experiment): boolean {
  return storage_state === 'ARCHIVED';
}

/** When its last run was started; nothing where the server does not say. */
function LastRun(props: { experiment: Experiment }): JSX.Element | null {
  const trans = useTrans();
  const { last_run_created_at: last } = props.experiment;
  return last ? (
    <>
      {trans.__('last run')} <RelativeTime time={last} />
    </>
  ) : null;
}
