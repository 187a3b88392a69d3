import * as React from 'react';

import { runCode } from '../model/code';
import { useChanged } from '../model/change-hooks';
import { ArchivedButton } from '../actions/archived';
import { useActionsHost } from '../model/host';
import { Comparison } from '../compare/comparison';
import type { Selection } from '../compare/selection';
import {
  ChooseBox,
  ChooseButton,
  SelectionBar,
  useSelection
} from '../compare/selection';
import { RunActions } from '../actions/subjects';
import type { KnownState, Run } from '../api/types';
import { Button } from '../components/controls';
import { ListView, Select } from '../components/list-view';
import { Dotted, Row } from '../components/rows';
import { useEnvironment, useTrans } from '../model/environment';
import { pageUrl } from '../model/links';
import { RUNS } from '../model/sources';
import { viewOfRun } from '../model/navigation';
import { StateIcon, StateWord } from '../components/states';
import { stateWord, statusOf } from '../model/states';
import { RelativeTime, RunDuration } from '../components/time';
import type { ViewProps } from './experiments';
import { commonSorts } from './sorts';

/** The states to filter by; the rarest ones are left to the Pipelines page. */
const STATES: readonly KnownState[] = [
  'RUNNING',
  'PENDING',
  'SUCCEEDED',
  'FAILED',
  'CANCELED',
  'SKIPPED'
];

export function RunsView(props: ViewProps): JSX.Element {
  const trans = useTrans();
  const { query } = props.view;
  const { onOpen, onQuery } = props;
  const selection = useSelection();
  if (selection.comparing) {
    return (
      <Comparison
        ids={selection.runs.map(({ run_id }) => run_id)}
        listed={selection.runs}
        onOpen={run => onOpen(viewOfRun(run))}
        onRemove={selection.remove}
      >
        <Button onClick={() => selection.setComparing(false)}>
          {trans.__('Back to the list')}
        </Button>
      </Comparison>
    );
  }
  return (
    <ListView
      list={RUNS}
      query={query}
      onQuery={onQuery}
      notice={<SelectionBar selection={selection} />}
      label={trans.__('Runs')}
      searchLabel={trans.__('Search runs')}
      empty={
        query.experiment_id
          ? trans.__('This experiment has no runs yet.')
          : trans.__('There are no runs yet.')
      }
      sorts={commonSorts(trans)}
      filters={
        <Select
          label={trans.__('State')}
          value={query.state ?? ''}
          onChange={state => onQuery({ ...query, state })}
          choices={[
            { value: '', label: trans.__('All states') },
            ...STATES.map(state => ({
              value: state,
              label: stateWord(state, trans)
            }))
          ]}
        />
      }
      switches={
        <>
          <ArchivedButton query={query} onQuery={onQuery} />
          <ChooseButton selection={selection} />
        </>
      }
      rowHeight={40}
      row={(run, current) => (
        <RunRow
          run={run}
          current={current}
          selection={selection}
          onOpen={onOpen}
        />
      )}
    />
  );
}

function RunRow(props: {
  run: Run;
  current: boolean;
  selection: Selection;
  onOpen: ViewProps['onOpen'];
}): JSX.Element {
  const trans = useTrans();
  const { links } = useEnvironment();
  const { openRun } = useActionsHost();
  const run = useChanged(props.run.run_id, props.run);
  return (
    <Row
      name={run.display_name}
      current={props.current}
      icon={<StateIcon state={statusOf(run)} />}
      url={pageUrl(links, { kind: 'run', id: run.run_id })}
      code={runCode(run)}
      actions={() => <RunActions run={run} onOpen={props.onOpen} />}
      before={
        <ChooseBox
          run={run}
          selection={props.selection}
          tabIndex={props.current ? 0 : -1}
        />
      }
      onOpen={() => props.onOpen(viewOfRun(run))}
      onEnter={openRun && (() => openRun(run))}
      details={
        <Dotted>
          <StateWord state={statusOf(run)} />
          {run.storage_state === 'ARCHIVED' && trans.__('Archived')}
          <RelativeTime time={run.created_at} />
          <RunDuration run={run} />
        </Dotted>
      }
    />
  );
}
