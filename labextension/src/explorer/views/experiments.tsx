import * as React from 'react';

import type { ListQuery } from '../api/api';
import type { Experiment } from '../api/types';
import { ListView } from '../components/list-view';
import { Dotted, Row } from '../components/rows';
import { useEnvironment, useTrans } from '../environment';
import { pageUrl } from '../links';
import type { ListSource } from '../model/hooks';
import type { View } from '../model/navigation';
import { runsOf } from '../model/navigation';
import { RelativeTime } from '../time';
import { commonSorts } from './sorts';

/** What every view is given. */
export interface ViewProps {
  view: View;
  onOpen: (view: View) => void;
  onQuery: (query: ListQuery) => void;
}

const EXPERIMENTS: ListSource<Experiment> = {
  path: 'experiments',
  fetch: ({ api }) => api.experiments,
  idOf: ({ experiment_id }) => experiment_id
};

export function ExperimentsView(props: ViewProps): JSX.Element {
  const trans = useTrans();
  const { links } = useEnvironment();
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
      rowHeight={28}
      row={(experiment, current) => (
        <Row
          name={experiment.display_name}
          current={current}
          compact
          url={pageUrl(links, {
            kind: 'experiment',
            id: experiment.experiment_id
          })}
          onOpen={() =>
            props.onOpen(
              runsOf(experiment.experiment_id, experiment.display_name)
            )
          }
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
      )}
    />
  );
}
