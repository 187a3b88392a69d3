import * as React from 'react';

import type { Run, RunComparison } from '../api/types';
import { CopyButton, IconButton } from '../components/controls';
import { Icon } from '../components/icons';
import { useRemembered } from '../components/remembered';
import { StateIcon, StateWord } from '../components/states';
import { Duration, RelativeTime } from '../components/time';
import { useTrans } from '../model/environment';
import { localeOf } from '../model/i18n';
import { isFinished, statusOf } from '../model/states';
import { shortText, wholeText } from '../outputs/format';
import { reasonOf } from '../run/reason';
import type { MetricValue, Row } from './rows';
import {
  argumentRows,
  bestOf,
  metricRows,
  outputRows,
  taskRowsOf
} from './rows';

/** Which rows are shown. */
export interface Shown {
  /** Whether those in which all runs are the same are left out. */
  differences: boolean;
  /** Part of the keys. */
  search: string;
}

/** Runs beside each other: what they were given, how they went, what came out. */
export function CompareTable(props: {
  runs: readonly Run[];
  comparison: RunComparison | undefined;
  /** The run that the others are measured by. */
  baseline: string;
  shown: Shown;
  onOpen: (run: Run) => void;
  onRemove: (id: string) => void;
  onBaseline: (id: string) => void;
}): JSX.Element {
  const trans = useTrans();
  const { comparison, shown } = props;
  const [order, setOrder] = React.useState<Order | null>(null);
  const runs = React.useMemo(
    () => sorted(props.runs, comparison, order, trans),
    [props.runs, comparison, order, trans]
  );
  const base = runs.findIndex(({ run_id }) => run_id === props.baseline);
  const parts = React.useMemo(
    () => ({
      arguments: argumentRows(runs),
      metrics: metricRows(runs, comparison, trans),
      outputs: outputRows(runs),
      tasks: taskRowsOf(runs, trans)
    }),
    [runs, comparison, trans]
  );
  const onSort = (kind: Order['kind'], key: string) =>
    setOrder(
      order?.kind === kind && order.key === key
        ? order.down
          ? null
          : { kind, key, down: true }
        : { kind, key, down: false }
    );
  const common = { shown, runs, order };
  return (
    <table className="jp-kfp-CompareTable">
      <thead>
        <tr>
          <th scope="col">{trans.__('Run')}</th>
          {runs.map(run => (
            <Head
              key={run.run_id}
              run={run}
              isBaseline={run.run_id === props.baseline}
              onOpen={() => props.onOpen(run)}
              onRemove={() => props.onRemove(run.run_id)}
              onBaseline={() => props.onBaseline(run.run_id)}
            />
          ))}
        </tr>
      </thead>
      <tbody>
        <Plain name={trans.__('State')} runs={runs}>
          {run => <RunStateCell run={run} />}
        </Plain>
      </tbody>
      <Group
        {...common}
        title={trans.__('Parameters')}
        rows={parts.arguments}
        onSort={key => onSort('arguments', key)}
        cell={argument => (
          <span
            className={argument.isDefault ? 'jp-kfp-Muted' : undefined}
            title={argument.isDefault ? trans.__('default') : undefined}
          >
            <Whole value={argument.value} />
          </span>
        )}
        missing={trans.__('not a parameter here')}
      />
      <Metrics
        {...common}
        base={base}
        rows={parts.metrics}
        onSort={key => onSort('metrics', key)}
      />
      <Group
        {...common}
        title={trans.__('Outputs')}
        rows={parts.outputs}
        cell={value => <Whole value={value} />}
      />
      <Group
        {...common}
        title={trans.__('Tasks')}
        rows={parts.tasks}
        folded
        cell={task => (
          <>
            <StateIcon state={statusOf(task)} />{' '}
            <span className="jp-kfp-Hidden">
              <StateWord state={statusOf(task)} />
            </span>
            <Duration
              from={task.started_at}
              to={task.finished_at}
              running={!isFinished(task)}
            />
          </>
        )}
      />
      <tbody>
        <Plain name={trans.__('Created')} runs={runs}>
          {run => <RelativeTime time={run.created_at} />}
        </Plain>
        <Plain name={trans.__('Duration')} runs={runs}>
          {run => (
            <Duration
              from={run.created_at}
              to={run.finished_at}
              running={!isFinished(run)}
            />
          )}
        </Plain>
      </tbody>
    </table>
  );
}

interface Order {
  kind: 'arguments' | 'metrics';
  key: string;
  down: boolean;
}

/** The runs by a value of theirs; those without one come last. */
function sorted(
  runs: readonly Run[],
  comparison: RunComparison | undefined,
  order: Order | null,
  trans: ReturnType<typeof useTrans>
): readonly Run[] {
  if (!order) {
    return runs;
  }
  const row: Row<unknown> | undefined =
    order.kind === 'metrics'
      ? metricRows(runs, comparison, trans).find(it => it.key === order.key)
      : argumentRows(runs)
          .map(it => ({ ...it, values: it.values.map(value => value?.value) }))
          .find(it => it.key === order.key);
  const value = (run: Run) => row?.values[runs.indexOf(run)];
  const collator = new Intl.Collator(localeOf(trans), { numeric: true });
  const sign = order.down ? -1 : 1;
  return [...runs].sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === undefined || b === undefined) {
      return Number(a === undefined) - Number(b === undefined);
    }
    return typeof a === 'number' && typeof b === 'number'
      ? sign * (a - b)
      : sign * collator.compare(wholeText(a), wholeText(b));
  });
}

function Head(props: {
  run: Run;
  isBaseline: boolean;
  onOpen: () => void;
  onRemove: () => void;
  onBaseline: () => void;
}): JSX.Element {
  const trans = useTrans();
  const { run, isBaseline } = props;
  return (
    <th scope="col">
      <span className="jp-kfp-Comparison-name">
        <button
          type="button"
          className="jp-kfp-IconButton"
          aria-pressed={isBaseline}
          aria-label={trans.__('Use %1 as the baseline', run.display_name)}
          title={trans.__('Use %1 as the baseline', run.display_name)}
          onClick={props.onBaseline}
        >
          {isBaseline ? '★' : '☆'}
        </button>
        <button
          type="button"
          className="jp-kfp-LinkButton"
          title={run.display_name}
          onClick={props.onOpen}
        >
          {run.display_name}
        </button>
        <IconButton
          icon="close"
          label={trans.__('Remove %1', run.display_name)}
          onClick={props.onRemove}
        />
      </span>
    </th>
  );
}

/** How a run is, and why it failed. */
function RunStateCell({ run }: { run: Run }): JSX.Element {
  const reason = statusOf(run) === 'failed' ? reasonOf(run) : null;
  return (
    <>
      <StateIcon state={statusOf(run)} /> <StateWord state={statusOf(run)} />
      {reason?.message && (
        <span className="jp-kfp-Muted">{`: ${reason.message}`}</span>
      )}
    </>
  );
}

function Plain(props: {
  name: string;
  runs: readonly Run[];
  children: (run: Run) => React.ReactNode;
}): JSX.Element {
  return (
    <tr>
      <th scope="row">{props.name}</th>
      {props.runs.map(run => (
        <td key={run.run_id} data-run={run.display_name}>
          {props.children(run)}
        </td>
      ))}
    </tr>
  );
}

/** The rows that are to be shown. */
function wanted<T>(
  rows: readonly Row<T>[],
  { differences, search }: Shown
): readonly Row<T>[] {
  const part = search.toLowerCase();
  return rows.filter(
    ({ key, differs }) =>
      (differs || !differences) && key.toLowerCase().includes(part)
  );
}

interface GroupProps<T> {
  title: string;
  rows: readonly Row<T>[];
  runs: readonly Run[];
  shown: Shown;
  order: Order | null;
  /** Whether it is closed until the reader opens it. */
  folded?: boolean;
  onSort?: (key: string) => void;
  /** Said where a run has no such key. */
  missing?: string;
  /** Beside a key. */
  beside?: (row: Row<T>) => React.ReactNode;
  cell: (value: T, index: number, row: Row<T>) => React.ReactNode;
}

/** Rows that belong together, under a heading; nothing where there are none. */
function Group<T>(props: GroupProps<T>): JSX.Element | null {
  const { title, runs, onSort, order, missing } = props;
  const [open, setOpen] = React.useState(!props.folded);
  const rows = wanted(props.rows, props.shown);
  if (rows.length === 0) {
    return null;
  }
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={runs.length + 1}>
          <button
            type="button"
            className="jp-kfp-Disclosure-title jp-kfp-Heading"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            <Icon name={open ? 'open' : 'closed'} />
            {title}
          </button>
        </th>
      </tr>
      {open &&
        rows.map(row => (
          <tr
            key={row.key}
            className={row.differs ? 'jp-mod-differs' : undefined}
          >
            <th
              scope="row"
              aria-sort={
                order?.key === row.key
                  ? order.down
                    ? 'descending'
                    : 'ascending'
                  : undefined
              }
            >
              {onSort ? (
                <button
                  type="button"
                  className="jp-kfp-LinkButton"
                  onClick={() => onSort(row.key)}
                >
                  <bdi>{row.key}</bdi>
                  {order?.key === row.key && (
                    <Icon name={order.down ? 'down' : 'up'} />
                  )}
                </button>
              ) : (
                <bdi>{row.key}</bdi>
              )}
              {props.beside?.(row)}
            </th>
            {row.values.map((value, index) => (
              <td key={index} data-run={runs[index]?.display_name}>
                {value === undefined ? (
                  <span className="jp-kfp-Muted" title={missing}>
                    –
                  </span>
                ) : (
                  props.cell(value, index, row)
                )}
              </td>
            ))}
          </tr>
        ))}
    </tbody>
  );
}

/** A value that is copied as a whole by a click. */
function Whole({ value }: { value: unknown }): JSX.Element {
  const trans = useTrans();
  const whole = wholeText(value);
  return (
    <span className="jp-kfp-Whole">
      <code title={whole}>{shortText(value, trans)}</code>
      <CopyButton icon text={whole} label={trans.__('Copy the value')} />
    </span>
  );
}

type Better = 'max' | 'min' | null;

/** Metrics, with what they differ by from the baseline. */
function Metrics(
  props: Omit<GroupProps<MetricValue>, 'title' | 'cell'> & {
    /** The baseline's column; -1 for none. */
    base: number;
  }
): JSX.Element | null {
  const trans = useTrans();
  // One text for all names: they are many, and their number is not known.
  const [kept, keep] = useRemembered<string>('metrics-better', '{}');
  const choices = React.useMemo(() => choicesOf(kept), [kept]);
  return (
    <Group<MetricValue>
      {...props}
      title={trans.__('Metrics')}
      beside={row =>
        row.values.some(value => typeof value === 'number') && (
          <select
            className="jp-kfp-Select"
            aria-label={trans.__('Which %1 is better', row.key)}
            value={choices[row.key] ?? ''}
            onChange={event =>
              keep(
                JSON.stringify({ ...choices, [row.key]: event.target.value })
              )
            }
          >
            <option value="">{trans.__('no order')}</option>
            <option value="max">{trans.__('max')}</option>
            <option value="min">{trans.__('min')}</option>
          </select>
        )
      }
      cell={(value, index, row) => (
        <MetricCell
          value={value}
          base={index === props.base ? undefined : row.values[props.base]}
          best={
            choices[row.key]
              ? bestOf(row.values, choices[row.key] ?? 'max').has(index)
              : false
          }
          better={choices[row.key] ?? null}
        />
      )}
    />
  );
}

function MetricCell(props: {
  value: MetricValue;
  base: MetricValue | undefined;
  best: boolean;
  better: Better;
}): JSX.Element {
  const trans = useTrans();
  const { value, base, best, better } = props;
  const change =
    typeof value === 'number' && typeof base === 'number' ? value - base : 0;
  const good = better && (change > 0 ? better === 'max' : better === 'min');
  return (
    <>
      {best ? (
        <b title={trans.__('best')}>
          <Whole value={value} />
          <span className="jp-kfp-Best">{trans.__('best')}</span>
        </b>
      ) : (
        <Whole value={value} />
      )}
      {change !== 0 && (
        <span
          className={`jp-kfp-Change ${
            better ? (good ? 'jp-mod-better' : 'jp-mod-worse') : ''
          }`}
        >
          {signed(change, trans)}
        </span>
      )}
    </>
  );
}

function signed(change: number, trans: ReturnType<typeof useTrans>): string {
  return new Intl.NumberFormat(localeOf(trans), {
    signDisplay: 'always',
    maximumSignificantDigits: 3
  }).format(change);
}

function choicesOf(kept: string): Record<string, Better> {
  try {
    const found: unknown = JSON.parse(kept);
    return Object.fromEntries(
      Object.entries(found ?? {}).filter(
        ([, it]) => it === 'max' || it === 'min'
      )
    ) as Record<string, Better>;
  } catch {
    return {};
  }
}

/** How many rows are left out because all runs are the same in them. */
export function equalRows(
  runs: readonly Run[],
  comparison: RunComparison | undefined,
  trans: ReturnType<typeof useTrans>
): number {
  return [
    ...argumentRows(runs),
    ...metricRows(runs, comparison, trans),
    ...outputRows(runs),
    ...taskRowsOf(runs, trans)
  ].filter(({ differs }) => !differs).length;
}
