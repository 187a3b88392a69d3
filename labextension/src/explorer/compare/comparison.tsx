import * as React from 'react';

import type { ApiError } from '../api/errors';
import type { Run } from '../api/types';
import { Button, IconButton } from '../components/controls';
import { Icon } from '../components/icons';
import { Footer, Placeholder } from '../components/list-view';
import { ErrorBanner, StaleBanner } from '../components/problem';
import { useTrans } from '../model/environment';
import { useRun } from '../model/queries';
import { MetricArtifacts } from '../run/metrics-view';
import { metricArtifacts } from '../run/metrics';
import { StateIcon, StateWord } from '../components/states';
import { isFinished, statusOf } from '../model/states';
import { Duration, RelativeTime } from '../components/time';
import type { Line } from './differences';
import {
  metricLines,
  outputLines,
  parameterLines,
  taskLines
} from './differences';

/** How many runs fit beside each other. */
export const MOST_COMPARED = 8;

/** What is known of one of the runs. */
interface Known {
  run?: Run;
  at: number;
  error: ApiError | null;
  refresh: () => Promise<void>;
}

/** Runs beside each other: what they were given, how they went, what came out. */
export function Comparison(props: {
  ids: readonly string[];
  /** The runs as far as they are known already, such as from a list. */
  listed?: readonly Run[];
  onOpen: (run: Run) => void;
  onRemove: (id: string) => void;
  /** Above the table. */
  children?: React.ReactNode;
}): JSX.Element {
  const trans = useTrans();
  const { ids, listed = [], onRemove } = props;
  const [loaded, setLoaded] = React.useState<ReadonlyMap<string, Known>>(
    new Map()
  );
  const [only, setOnly] = React.useState(false);
  const onKnown = React.useCallback(
    (id: string, known: Known) => setLoaded(all => new Map(all).set(id, known)),
    []
  );
  const known = ids.flatMap(id => loaded.get(id) ?? []);
  const runs = ids.flatMap(
    id =>
      loaded.get(id)?.run ?? listed.find(({ run_id }) => run_id === id) ?? []
  );
  const stale = known.find(({ run, error }) => run && error);
  const refresh = () => known.forEach(it => void it.refresh());
  return (
    <div className="jp-kfp-Comparison">
      {ids.map(id => (
        <Loader key={id} id={id} onKnown={onKnown} onRemove={onRemove} />
      ))}
      {stale?.error && <StaleBanner error={stale.error} onRetry={refresh} />}
      <div className="jp-kfp-Comparison-bar">
        {props.children}
        <label>
          <input
            type="checkbox"
            checked={only}
            onChange={() => setOnly(!only)}
          />
          {trans.__('Differences only')}
        </label>
      </div>
      <div
        className="jp-kfp-Comparison-scroller"
        role="region"
        aria-label={trans.__('Comparison')}
        tabIndex={0}
      >
        {runs.length > 0 && <Table {...props} runs={runs} only={only} />}
        {runs.length === 0 && known.every(({ error }) => !error) && (
          <Placeholder />
        )}
        <Artifacts runs={runs} />
      </div>
      <Footer
        at={Math.min(...known.filter(({ run }) => run).map(({ at }) => at))}
        onRefresh={refresh}
      >
        <span>{trans._n('%1 run', '%1 runs', ids.length)}</span>
      </Footer>
    </div>
  );
}

function Table(props: {
  runs: readonly Run[];
  /** Whether lines in which all are the same are left out. */
  only: boolean;
  onOpen: (run: Run) => void;
  onRemove: (id: string) => void;
}): JSX.Element {
  const trans = useTrans();
  const { runs } = props;
  const shown = <T,>(lines: readonly Line<T>[]) =>
    props.only ? lines.filter(({ differs }) => differs) : lines;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{trans.__('Run')}</th>
          {runs.map(run => (
            <th key={run.run_id} scope="col">
              <span className="jp-kfp-Comparison-name">
                <button
                  type="button"
                  className="jp-kfp-LinkButton"
                  title={run.display_name}
                  onClick={() => props.onOpen(run)}
                >
                  {run.display_name}
                </button>
                <IconButton
                  icon="close"
                  label={trans.__('Remove %1', run.display_name)}
                  onClick={() => props.onRemove(run.run_id)}
                />
              </span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <Cells name={trans.__('State')} runs={runs}>
          {run => (
            <>
              <StateIcon state={statusOf(run)} />{' '}
              <StateWord state={statusOf(run)} />
            </>
          )}
        </Cells>
        <Cells name={trans.__('Created')} runs={runs}>
          {run => <RelativeTime time={run.created_at} />}
        </Cells>
        <Cells name={trans.__('Duration')} runs={runs}>
          {run => (
            <Duration
              from={run.created_at}
              to={run.finished_at}
              running={!isFinished(run)}
            />
          )}
        </Cells>
        <Lines
          title={trans.__('Parameters')}
          lines={shown(parameterLines(runs))}
        />
        <Lines
          title={trans.__('Metrics')}
          lines={shown(metricLines(runs, trans))}
        />
        <Lines title={trans.__('Outputs')} lines={shown(outputLines(runs))} />
        <Lines title={trans.__('Tasks')} lines={shown(taskLines(runs, trans))}>
          {task => (
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
        </Lines>
      </tbody>
    </table>
  );
}

function Cells(props: {
  name: string;
  runs: readonly Run[];
  children: (run: Run) => React.ReactNode;
}): JSX.Element {
  return (
    <tr>
      <th scope="row">{props.name}</th>
      {props.runs.map(run => (
        <td key={run.run_id}>{props.children(run)}</td>
      ))}
    </tr>
  );
}

/** Lines that belong together, under a heading; nothing where there are none. */
function Lines<T>(props: {
  title: string;
  lines: readonly Line<T>[];
  /** How a value looks; as it is, where it is left out. */
  children?: (value: T) => React.ReactNode;
}): JSX.Element | null {
  const { title, lines, children } = props;
  const [first] = lines;
  if (!first) {
    return null;
  }
  return (
    <>
      <tr>
        <th
          scope="rowgroup"
          className="jp-kfp-Heading"
          colSpan={first.values.length + 1}
        >
          {title}
        </th>
      </tr>
      {lines.map(({ name, values, differs }) => (
        <tr key={name} className={differs ? 'jp-mod-differs' : undefined}>
          <th scope="row">
            {name}
            {differs && <Differs />}
          </th>
          {values.map((value, index) => (
            <td key={index}>
              {value === undefined ? null : children ? (
                children(value)
              ) : (
                <code>{String(value)}</code>
              )}
            </td>
          ))}
        </tr>
      ))}
    </>
  );
}

/** Marks a line in which the runs are not all the same. */
function Differs(): JSX.Element {
  const trans = useTrans();
  return (
    <span className="jp-kfp-Differs" title={trans.__('differs')}>
      <Icon name="differs" />
      <span className="jp-kfp-Hidden">{trans.__('differs')}</span>
    </span>
  );
}

/** The metrics that only the Pipelines page can put beside each other. */
function Artifacts({ runs }: { runs: readonly Run[] }): JSX.Element | null {
  const trans = useTrans();
  const found = new Map(
    runs
      .flatMap(run => metricArtifacts(run.pipeline_spec))
      .map(artifact => [JSON.stringify(artifact), artifact])
  );
  return found.size > 0 ? (
    <div className="jp-kfp-Comparison-more">
      <h5 className="jp-kfp-Heading">{trans.__('Metrics')}</h5>
      <MetricArtifacts
        artifacts={[...found.values()]}
        target={{ kind: 'comparison', runs: runs.map(run => run.run_id) }}
      />
    </div>
  ) : null;
}

/** Follows one run; lists do not have its tasks. Says why where it cannot be had. */
function Loader(props: {
  id: string;
  onKnown: (id: string, known: Known) => void;
  onRemove: (id: string) => void;
}): JSX.Element | null {
  const trans = useTrans();
  const { id, onKnown, onRemove } = props;
  const { data, at, error, refresh } = useRun(id);
  React.useEffect(
    () => onKnown(id, { run: data, at, error, refresh }),
    [id, onKnown, data, at, error, refresh]
  );
  return error && !data ? (
    <ErrorBanner error={error}>
      <Button onClick={() => void refresh()}>{trans.__('Try again')}</Button>
      <Button onClick={() => onRemove(id)}>{trans.__('Remove %1', id)}</Button>
    </ErrorBanner>
  ) : null;
}
