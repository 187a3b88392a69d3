import * as React from 'react';

import type { RecurringRun } from '../api/types';
import { chipsOf, FilterForm } from '../components/filter-form';
import { Icon } from '../components/icons';
import type { IconName } from '../components/icons';
import { ListView } from '../components/list-view';
import { Dotted } from '../components/rows';
import { RelativeTime, useNow } from '../components/time';
import { useAllChanged } from '../model/change-hooks';
import { useTrans } from '../model/environment';
import type { Trans } from '../model/i18n';
import { viewOf } from '../model/navigation';
import { nextTimes, scheduleWords } from '../model/schedule';
import { RECURRING_RUNS } from '../model/sources';
import type { Subject } from '../model/subject';
import { distance } from '../model/time';
import type { ViewProps } from './experiments';
import { commonSorts } from './sorts';

const subjectOf = (item: RecurringRun): Subject => ({
  kind: 'recurring-run',
  item
});

export function RecurringRunsView(props: ViewProps): JSX.Element {
  const trans = useTrans();
  const { view, onOpen, onQuery } = props;
  const changed = useAllChanged();
  const own = (it: RecurringRun) => changed(it.recurring_run_id, it);
  return (
    <ListView
      list={RECURRING_RUNS}
      view={view}
      onQuery={onQuery}
      onOpen={item => onOpen(viewOf(subjectOf(item)))}
      label={trans.__('Recurring runs')}
      searchLabel={trans.__('Search recurring runs')}
      empty={<p>{trans.__('No recurring runs yet.')}</p>}
      subjectOf={item => subjectOf(own(item))}
      icon={item => <RecurringIcon recurring={own(item)} />}
      details={item => (
        <Dotted>
          <RecurringWord recurring={own(item)} />
          {scheduleWords(item, trans)}
          <Next recurring={own(item)} />
        </Dotted>
      )}
      columns={[
        {
          id: 'state',
          label: trans.__('State'),
          cell: item => <RecurringWord recurring={own(item)} />
        },
        {
          id: 'schedule',
          label: trans.__('Schedule'),
          cell: item => scheduleWords(item, trans)
        },
        {
          id: 'next',
          label: trans.__('Next'),
          cell: item => <Next recurring={own(item)} />
        },
        {
          id: 'created',
          label: trans.__('Created'),
          sort: 'created_at',
          cell: item => <RelativeTime time={item.created_at} />
        }
      ]}
      chips={chipsOf(view, onQuery, trans)}
      form={
        <FilterForm view={view} onQuery={onQuery} sorts={commonSorts(trans)} />
      }
    />
  );
}

type RecurringState = 'active' | 'starts' | 'disabled' | 'ended';

function stateOf(recurring: RecurringRun, now: number): RecurringState {
  if (!recurring.enabled) {
    return 'disabled';
  }
  if (Date.parse(recurring.end_time ?? '') <= now) {
    return 'ended';
  }
  return Date.parse(recurring.start_time ?? '') > now ? 'starts' : 'active';
}

const ICONS: Readonly<Record<RecurringState, readonly [IconName, string]>> = {
  active: ['recurring', 'running'],
  starts: ['pending', 'pending'],
  disabled: ['paused', 'skipped'],
  ended: ['flag', 'skipped']
};

/** How a recurring run is, as a shape. */
export function RecurringIcon(props: { recurring: RecurringRun }): JSX.Element {
  const now = useNow();
  const [icon, colour] = ICONS[stateOf(props.recurring, now)];
  return (
    <Icon
      name={icon}
      className={`jp-kfp-State jp-kfp-Recurring jp-mod-${colour}`}
    />
  );
}

/** How a recurring run is, in a word. */
export function RecurringWord(props: { recurring: RecurringRun }): JSX.Element {
  const trans = useTrans();
  return <>{recurringWord(props.recurring, useNow(), trans)}</>;
}

function recurringWord(
  recurring: RecurringRun,
  now: number,
  trans: Trans
): string {
  switch (stateOf(recurring, now)) {
    case 'active':
      return trans.__('Active');
    case 'starts':
      return trans.__(
        'Starts %1',
        distance(new Date(recurring.start_time ?? ''), now, trans)
      );
    case 'disabled':
      return trans.__('Disabled');
    case 'ended':
      return trans.__('Ended');
  }
}

/** When it starts its next run, where that is known. */
function Next(props: { recurring: RecurringRun }): JSX.Element | null {
  const trans = useTrans();
  const now = useNow();
  const [next] = nextTimes(props.recurring, now, 1);
  return next ? <>{trans.__('next %1', distance(next, now, trans))}</> : null;
}
