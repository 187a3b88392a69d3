import * as React from 'react';

import { recurringRunCode } from '../model/code';
import { useChanged } from '../model/change-hooks';
import { RecurringRunActions } from '../actions/subjects';
import type { RecurringRun } from '../api/types';
import { Button } from '../components/controls';
import { Icon } from '../components/icons';
import { ListView } from '../components/list-view';
import { Dotted, Facts, Row, Values } from '../components/rows';
import { useEnvironment, useTrans } from '../model/environment';
import type { Trans } from '../model/i18n';
import { pageUrl } from '../model/links';
import { RECURRING_RUNS } from '../model/sources';
import { runsOf } from '../model/navigation';
import { toggled } from '../model/toggled';
import { RelativeTime } from '../components/time';
import { duration } from '../model/time';
import type { ViewProps } from './experiments';
import { commonSorts } from './sorts';

export function RecurringRunsView(props: ViewProps): JSX.Element {
  const trans = useTrans();
  const [open, setOpen] = React.useState<ReadonlySet<string>>(new Set());
  return (
    <ListView
      list={RECURRING_RUNS}
      query={props.view.query}
      onQuery={props.onQuery}
      label={trans.__('Recurring runs')}
      searchLabel={trans.__('Search recurring runs')}
      empty={trans.__('There are no recurring runs yet.')}
      sorts={commonSorts(trans)}
      rowHeight={40}
      row={(recurring, current) => (
        <RecurringRunRow
          recurring={recurring}
          current={current}
          expanded={open.has(recurring.recurring_run_id)}
          onToggle={() => setOpen(toggled(open, recurring.recurring_run_id))}
          onOpen={props.onOpen}
        />
      )}
    />
  );
}

function RecurringRunRow(props: {
  recurring: RecurringRun;
  current: boolean;
  expanded: boolean;
  onToggle: () => void;
  onOpen: ViewProps['onOpen'];
}): JSX.Element {
  const trans = useTrans();
  const { links } = useEnvironment();
  const recurring = useChanged(
    props.recurring.recurring_run_id,
    props.recurring
  );
  return (
    <Row
      name={recurring.display_name}
      current={props.current}
      icon={
        <Icon
          name={recurring.enabled ? 'recurring' : 'paused'}
          className={`jp-kfp-State ${recurring.enabled ? 'jp-mod-enabled' : 'jp-mod-paused'}`}
        />
      }
      url={pageUrl(links, {
        kind: 'recurring-run',
        id: recurring.recurring_run_id
      })}
      code={recurringRunCode(recurring)}
      actions={() => <RecurringRunActions recurring={recurring} />}
      expanded={props.expanded}
      onOpen={props.onToggle}
      details={
        <Dotted>
          {recurring.enabled ? trans.__('Enabled') : trans.__('Disabled')}
          {schedule(recurring, trans)}
        </Dotted>
      }
    >
      {recurring.error && (
        <pre className="jp-kfp-ErrorText">{recurring.error}</pre>
      )}
      {recurring.description && <p>{recurring.description}</p>}
      <Facts
        facts={[
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
            trans.__('At the same time'),
            recurring.max_concurrency === null
              ? ''
              : trans._n(
                  'at most %1 run',
                  'at most %1 runs',
                  recurring.max_concurrency
                )
          ]
        ]}
      />
      <Values values={recurring.parameters} />
      <Button onClick={() => props.onOpen(runsOf(recurring.experiment_id))}>
        {trans.__('Runs of its experiment')}
      </Button>
    </Row>
  );
}

/** When it runs: "every 1 h 0 min", or the cron expression as it is. */
function schedule(recurring: RecurringRun, trans: Trans): string {
  if (recurring.cron) {
    return trans.__('cron %1', recurring.cron);
  }
  const seconds = recurring.interval_seconds;
  return seconds
    ? trans.__(
        'every %1',
        duration(new Date(0).toISOString(), seconds * 1000, trans)
      )
    : '';
}
