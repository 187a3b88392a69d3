import * as React from 'react';

import type { RecurringRun } from '../api/types';
import { Disclosure } from '../components/controls';
import { Placeholder } from '../components/list-view';
import { ErrorView } from '../components/problem';
import { Dotted, Facts, Values } from '../components/rows';
import { RelativeTime, useNow } from '../components/time';
import { useChanged } from '../model/change-hooks';
import { useTrans } from '../model/environment';
import { localeOf } from '../model/i18n';
import { useRecurringRun } from '../model/queries';
import { nextTimes, scheduleWords } from '../model/schedule';
import type { ViewProps } from './experiments';
import { RecurringIcon, RecurringWord } from './recurring-runs';
import { RunsView } from './runs';

/** A recurring run: when it starts runs, with what, and those that it has started. */
export function RecurringRunView(props: ViewProps): JSX.Element {
  const { view, onName } = props;
  const { data, error, refresh } = useRecurringRun(view.id);
  React.useEffect(() => {
    if (data) {
      onName?.(data.display_name);
    }
  }, [data, onName]);
  if (!data) {
    return error ? (
      <ErrorView error={error} onRetry={() => void refresh()} />
    ) : (
      <Placeholder />
    );
  }
  const runs = {
    ...view,
    query: { ...view.query, experiment_id: data.experiment_id },
    filter: { ...view.filter, recurring: view.id }
  };
  return (
    <>
      <Header recurring={data} />
      <RunsView {...props} view={runs} />
    </>
  );
}

/** How many of the next times are told. */
const NEXT = 5;

function Header(props: { recurring: RecurringRun }): JSX.Element {
  const trans = useTrans();
  const now = useNow();
  const { recurring_run_id: id } = props.recurring;
  const recurring = useChanged(id, props.recurring);
  const times = nextTimes(recurring, now, NEXT);
  return (
    <header className="jp-kfp-Summary">
      <div className="jp-kfp-Summary-title">
        <RecurringIcon recurring={recurring} />
        <h3 title={recurring.display_name}>{recurring.display_name}</h3>
      </div>
      <p className="jp-kfp-Muted">
        <Dotted>
          <RecurringWord recurring={recurring} />
          {scheduleWords(recurring, trans)}
        </Dotted>
      </p>
      {recurring.error && (
        <pre className="jp-kfp-ErrorText">{recurring.error}</pre>
      )}
      {recurring.description && <p>{recurring.description}</p>}
      <div className="jp-kfp-Summary-more">
        {times.length > 0 && (
          <Disclosure title={trans.__('Next Times')}>
            {() => (
              <ul className="jp-kfp-NextTimes">
                {times.map(time => (
                  <li key={time.getTime()}>
                    {bothZones(time, localeOf(trans))}
                  </li>
                ))}
              </ul>
            )}
          </Disclosure>
        )}
        {Object.keys(recurring.parameters).length > 0 && (
          <Disclosure
            title={trans.__(
              'Parameters (%1)',
              Object.keys(recurring.parameters).length
            )}
          >
            {() => <Values values={recurring.parameters} />}
          </Disclosure>
        )}
        <Disclosure title={trans.__('Details')}>
          {() => (
            <Facts
              facts={[
                [trans.__('Cron'), recurring.cron],
                [
                  trans.__('Created'),
                  <RelativeTime key="created" time={recurring.created_at} />
                ],
                [
                  trans.__('Starts'),
                  recurring.start_time && (
                    <RelativeTime key="start" time={recurring.start_time} />
                  )
                ],
                [
                  trans.__('Ends'),
                  recurring.end_time && (
                    <RelativeTime key="end" time={recurring.end_time} />
                  )
                ],
                [
                  trans.__('Max. concurrent runs'),
                  recurring.max_concurrency ?? ''
                ],
                [trans.__('Recurring run id'), recurring.recurring_run_id]
              ]}
            />
          )}
        </Disclosure>
      </div>
    </header>
  );
}

/** "Sun, 29 Nov, 02:00 UTC · 03:00 here". */
function bothZones(time: Date, locale: string | undefined): string {
  const utc = time.toLocaleString(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'UTC'
  });
  const here = time.toLocaleTimeString(locale, {
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short'
  });
  return `${utc} UTC · ${here}`;
}
