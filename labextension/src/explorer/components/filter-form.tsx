import * as React from 'react';

import type { ListQuery } from '../api/api';
import { useApi, useEnvironment, useTrans } from '../model/environment';
import type { Trans } from '../model/i18n';
import type { Filter, View } from '../model/navigation';
import { stateWord } from '../model/states';
import type { FilterChip } from './filter-bar';
import type { Choice } from './picker';
import { Picker } from './picker';
import { StateIcon } from './states';

type OnQuery = (query: ListQuery, filter?: Filter) => void;

/** The statuses to filter by. */
const STATES = [
  'pending',
  'running',
  'succeeded',
  'failed',
  'terminated',
  'skipped'
] as const;

/** The one state that the server knows for a status. */
const SERVER_STATES: Readonly<Record<string, string>> = {
  pending: 'PENDING',
  running: 'RUNNING',
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
  skipped: 'SKIPPED'
};

/** All filters of a list, as a plain form that applies at once. */
export function FilterForm(props: {
  view: View;
  onQuery: OnQuery;
  sorts: readonly Choice[];
  /** Whether the list is of runs. */
  runs?: boolean;
  /** Whether its things can be archived. */
  archives?: boolean;
}): JSX.Element {
  const trans = useTrans();
  const { view, onQuery, sorts } = props;
  const { query, filter = {} } = view;
  const states = filter.states ?? [];
  const setStates = (next: readonly string[]) =>
    onQuery(
      {
        ...query,
        state: next.length === 1 ? SERVER_STATES[next[0] ?? ''] : ''
      },
      { ...filter, states: next }
    );
  const archived = query.include_archived
    ? filter.archived
      ? 'only'
      : 'both'
    : 'no';
  const sort = query.sort_by ?? sorts[0]?.value ?? '';
  return (
    <div className="jp-kfp-FilterForm">
      {props.runs && (
        <fieldset>
          <legend>{trans.__('State')}</legend>
          {STATES.map(state => (
            <label key={state}>
              <input
                type="checkbox"
                checked={states.includes(state)}
                onChange={event =>
                  setStates(
                    event.target.checked
                      ? [...states, state]
                      : states.filter(it => it !== state)
                  )
                }
              />
              <StateIcon state={state} />
              {stateWord(state, trans)}
            </label>
          ))}
        </fieldset>
      )}
      {props.runs && (
        <label>
          {trans.__('Started')}
          <select
            className="jp-kfp-Select"
            value={filter.days ?? ''}
            onChange={({ target: { value } }) =>
              onQuery(query, {
                ...filter,
                days: value === '' ? undefined : Number(value)
              })
            }
          >
            <option value="">{trans.__('At any time')}</option>
            {[0, 7, 30].map(days => (
              <option key={days} value={days}>
                {daysText(days, trans)}
              </option>
            ))}
          </select>
        </label>
      )}
      {props.runs && (
        <ExperimentFilter query={query} onQuery={onQuery} filter={filter} />
      )}
      {props.archives && (
        <label>
          {trans.__('Archived')}
          <select
            className="jp-kfp-Select"
            value={archived}
            onChange={({ target: { value } }) =>
              onQuery(
                {
                  ...query,
                  include_archived: value === 'no' ? undefined : true
                },
                { ...filter, archived: value === 'only' || undefined }
              )
            }
          >
            <option value="no">{trans.__('No')}</option>
            <option value="only">{trans.__('Only')}</option>
            <option value="both">{trans.__('Both')}</option>
          </select>
        </label>
      )}
      <label>
        {trans.__('Order')}
        <select
          className="jp-kfp-Select"
          value={sort}
          onChange={({ target: { value } }) =>
            onQuery({ ...query, sort_by: value }, filter)
          }
        >
          {!sorts.some(({ value }) => value === sort) && (
            <option value={sort}>{sort}</option>
          )}
          {sorts.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function ExperimentFilter(props: {
  query: ListQuery;
  filter: Filter;
  onQuery: OnQuery;
}): JSX.Element {
  const trans = useTrans();
  const api = useApi();
  const { namespace } = useEnvironment();
  const { query, filter, onQuery } = props;
  const [label, setLabel] = React.useState('');
  const load = React.useCallback(
    async (search: string, signal: AbortSignal) => {
      const asked = { ...(namespace && { namespace }), search, page_size: 20 };
      const { data } = await api.experiments(asked, { signal });
      return data.items.map(it => ({
        value: it.experiment_id,
        label: it.display_name
      }));
    },
    [api, namespace]
  );
  const id = query.experiment_id;
  return (
    <div className="jp-kfp-FilterForm-field">
      <span>{trans.__('Experiment')}</span>
      <Picker
        label={trans.__('Experiment')}
        placeholder={trans.__('All')}
        value={id ? { value: id, label: label || id } : null}
        load={load}
        onChange={choice => {
          setLabel(choice?.label ?? '');
          onQuery({ ...query, experiment_id: choice?.value }, filter);
        }}
      />
    </div>
  );
}

/** The filters that are set, to be shown and taken away one by one. */
export function chipsOf(
  view: View,
  onQuery: OnQuery,
  trans: Trans
): FilterChip[] {
  const { query, filter = {} } = view;
  const chips: FilterChip[] = (filter.states ?? []).map(state => ({
    id: state,
    label: stateWord(state, trans),
    onRemove: () => {
      const states = (filter.states ?? []).filter(it => it !== state);
      const server = states.length === 1 ? SERVER_STATES[states[0] ?? ''] : '';
      onQuery({ ...query, state: server }, { ...filter, states });
    }
  }));
  if (query.state && !filter.states?.length) {
    chips.push({
      id: 'state',
      label: stateWord(query.state, trans),
      onRemove: () => onQuery({ ...query, state: '' }, filter)
    });
  }
  if (filter.days !== undefined) {
    chips.push({
      id: 'days',
      label: daysText(filter.days, trans),
      onRemove: () => onQuery(query, { ...filter, days: undefined })
    });
  }
  if (query.include_archived) {
    chips.push({
      id: 'archived',
      label: filter.archived
        ? trans.__('Only archived')
        : trans.__('With archived'),
      onRemove: () =>
        onQuery(
          { ...query, include_archived: undefined },
          { ...filter, archived: undefined }
        )
    });
  }
  return chips;
}

function daysText(days: number, trans: Trans): string {
  return days === 0
    ? trans.__('Today')
    : trans._n('Last %1 day', 'Last %1 days', days);
}
