import * as React from 'react';

import type { ApiError } from '../api/errors';
import type { Run, RunComparison } from '../api/types';
import { Button } from '../components/controls';
import { Icon } from '../components/icons';
import { Footer } from '../components/foot';
import { Placeholder } from '../components/list-view';
import { ErrorBanner, StaleBanner } from '../components/problem';
import { MOST_COMPARED } from '../components/subject-menu';
import { SearchBox } from '../components/search-box';
import { errorText } from '../model/causes';
import { compareCode } from '../model/code';
import { useTrans } from '../model/environment';
import { useHost } from '../model/host';
import type { Trans } from '../model/i18n';
import type { Known as KnownAnswer } from '../model/queries';
import { useRun } from '../model/queries';
import { useComparison } from '../model/run-data';
import { metricArtifacts } from '../run/metrics';
import { MetricArtifacts } from '../run/metrics-view';
import type { Shown } from './compare-table';
import { CompareTable, equalRows } from './compare-table';

const ComparePlots = React.lazy(() => import('./compare-plots'));

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
  const { insertCell } = useHost();
  const { listed = [], onRemove } = props;
  const ids = props.ids.slice(0, MOST_COMPARED);
  const [loaded, setLoaded] = React.useState<ReadonlyMap<string, Known>>(
    new Map()
  );
  const [shown, setShown] = React.useState<Shown>({
    differences: true,
    search: ''
  });
  const [chosen, setChosen] = React.useState('');
  const stored = useComparison(ids);
  const onKnown = React.useCallback(
    (id: string, known: Known) => setLoaded(all => new Map(all).set(id, known)),
    []
  );
  const known = ids.flatMap(id => loaded.get(id) ?? []);
  const runs = ids.flatMap(
    id =>
      loaded.get(id)?.run ?? listed.find(({ run_id }) => run_id === id) ?? []
  );
  const baseline = ids.includes(chosen) ? chosen : (ids[0] ?? '');
  const stale = known.find(({ run, error }) => run && error);
  const refresh = () => {
    known.forEach(it => void it.refresh());
    void stored.refresh();
  };
  const equal = equalRows(runs, stored.data, trans);
  const missing = missingText(stored, trans);
  return (
    <div className="jp-kfp-Comparison">
      {ids.map(id => (
        <Loader key={id} id={id} onKnown={onKnown} onRemove={onRemove} />
      ))}
      {stale?.error && <StaleBanner error={stale.error} onRetry={refresh} />}
      <div className="jp-kfp-Comparison-bar">
        {props.children}
        <SearchBox
          value={shown.search}
          label={trans.__('Search the keys')}
          onSearch={search => setShown(before => ({ ...before, search }))}
        />
        <label>
          <input
            type="checkbox"
            checked={shown.differences}
            onChange={() =>
              setShown({ ...shown, differences: !shown.differences })
            }
          />
          {trans.__('Differences only')}
        </label>
        {shown.differences && equal > 0 && (
          <span className="jp-kfp-Muted" role="status">
            {trans._n('%1 equal row hidden', '%1 equal rows hidden', equal)}
          </span>
        )}
        {insertCell && (
          <Button onClick={() => insertCell(compareCode(ids))}>
            <Icon name="code" />
            {trans.__('Insert as DataFrame')}
          </Button>
        )}
      </div>
      {props.ids.length > MOST_COMPARED && (
        <p className="jp-kfp-Banner" role="note">
          {trans.__('Only the first %1 runs are compared.', MOST_COMPARED)}
        </p>
      )}
      <div
        className="jp-kfp-Comparison-scroller"
        role="region"
        aria-label={trans.__('Comparison')}
        tabIndex={0}
      >
        {runs.length > 0 && (
          <CompareTable
            runs={runs}
            comparison={stored.data}
            baseline={baseline}
            shown={shown}
            onOpen={props.onOpen}
            onRemove={onRemove}
            onBaseline={setChosen}
          />
        )}
        {runs.length === 0 && known.every(({ error }) => !error) && (
          <Placeholder />
        )}
        {stored.data &&
          stored.data.curves.length + stored.data.matrices.length > 0 && (
            <React.Suspense fallback={<Placeholder />}>
              <ComparePlots runs={runs} comparison={stored.data} />
            </React.Suspense>
          )}
        {missing && (
          <>
            <p className="jp-kfp-Muted">{missing}</p>
            <Artifacts runs={runs} />
          </>
        )}
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

/** Why metrics are missing; empty where none are. */
function missingText(
  { data, error }: KnownAnswer<RunComparison>,
  trans: Trans
): string {
  const problem = data?.runs.find(run => run.problem)?.problem ?? error;
  return problem ? errorText(problem, trans) : '';
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
