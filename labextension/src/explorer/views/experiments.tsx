import * as React from 'react';

import { experimentCode } from '../model/code';
import { ArchivedButton } from '../actions/archived';
import { useChanged } from '../model/change-hooks';
import { ExperimentActions } from '../actions/subjects';
import type { ListQuery } from '../api/api';
import type { Experiment } from '../api/types';
import { ListView } from '../components/list-view';
import { Dotted, Row } from '../components/rows';
import { useEnvironment, useTrans } from '../model/environment';
import { pageUrl } from '../model/links';
import { EXPERIMENTS } from '../model/sources';
import type { View } from '../model/navigation';
import { runsOf } from '../model/navigation';
import { RelativeTime } from '../components/time';
import { commonSorts } from './sorts';

/** What every view is given. */
export interface ViewProps {
  view: View;
  onOpen: (view: View) => void;
  onQuery: (query: ListQuery) => void;
  /** Told what the thing that is shown is called. */
  onName?: (name: string) => void;
}

export function ExperimentsView(props: ViewProps): JSX.Element {
  const trans = useTrans();
  return (
    <ListView
      list={EXPERIMENTS}
      query={props.view.query}
      onQuery={props.onQuery}
      label={trans.__('Experiments')}
      searchLabel={trans.__('Search experiments')}
      empty={trans.__('There are no experiments yet.')}
      sorts={[
        ...commonSorts(trans),
        { value: 'last_run_created_at desc', label: trans.__('Last run') }
      ]}
      switches={
        <ArchivedButton query={props.view.query} onQuery={props.onQuery} />
      }
      rowHeight={28}
      row={(experiment, current) => (
        <ExperimentRow
          experiment={experiment}
          current={current}
          onOpen={props.onOpen}
        />
      )}
    />
  );
}

function ExperimentRow(props: {
  experiment: Experiment;
  current: boolean;
  onOpen: ViewProps['onOpen'];
}): JSX.Element {
  const trans = useTrans();
  const { links } = useEnvironment();
  const experiment = useChanged(
    props.experiment.experiment_id,
    props.experiment
  );
  const { experiment_id: id, display_name: name } = experiment;
  return (
    <Row
      name={name}
      current={props.current}
      compact
      url={pageUrl(links, { kind: 'experiment', id })}
      code={experimentCode(experiment)}
      actions={() => <ExperimentActions experiment={experiment} />}
      onOpen={() => props.onOpen(runsOf(id, name))}
      details={
        <Dotted>
          {experiment.storage_state === 'ARCHIVED' && trans.__('Archived')}
          {experiment.last_run_created_at ? (
            <RelativeTime time={experiment.last_run_created_at} />
          ) : (
            trans.__('No runs yet')
          )}
        </Dotted>
      }
    />
  );
}
