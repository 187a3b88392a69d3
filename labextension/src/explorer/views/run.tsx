import * as React from 'react';

import type { Run } from '../api/types';
import { Footer, Placeholder } from '../components/list-view';
import { ErrorView, StaleBanner } from '../components/problem';
import { useEnvironment, useTrans } from '../model/environment';
import { useRun } from '../model/queries';
import { taskRows } from '../model/tasks';
import { MetricsProvider } from '../run/details';
import { useRunState } from '../run/folding';
import { graphOf } from '../run/graph';
import { Summary } from '../run/summary';
import type { RunTab } from '../run/tabs';
import { RunTabs } from '../run/tabs';
import { TaskList } from '../run/task-list';
import { useSize } from '../run/viewport';
import { isFinished, stateWord } from '../model/states';
import type { ViewProps } from './experiments';

const Pictures = React.lazy(() => import('../run/pictures'));
const DefinitionView = React.lazy(() => import('../run/definition-view'));

/** From this width on the graph is shown first (pixels). */
const WIDE = 640;

/** A run: its graph, its timeline, its tasks and its definition. */
export function RunView(
  props: Pick<ViewProps, 'view' | 'onOpen' | 'onName'> & {
    /** Told of the run whenever there is news of it. */
    onRun?: (run: Run) => void;
  }
): JSX.Element {
  const { id } = props.view;
  const { data, at, error, busy, refresh } = useRun(id);
  useAnnouncedState(data);
  const { onRun, onName } = props;
  React.useEffect(() => {
    if (data) {
      onRun?.(data);
      onName?.(data.display_name);
    }
  }, [onRun, onName, data]);
  const retry = () => void refresh();
  if (!data) {
    return error ? (
      <ErrorView error={error} onRetry={retry} />
    ) : (
      <Placeholder />
    );
  }
  return (
    <>
      {error && <StaleBanner error={error} onRetry={retry} />}
      <div className="jp-kfp-List" aria-busy={busy}>
        <div className={`jp-kfp-Progress ${busy ? 'jp-mod-busy' : ''}`} />
        <RunPage run={data} onOpen={props.onOpen} />
      </div>
      <Footer at={at} onRefresh={() => void refresh()}>
        <TaskCount run={data} />
      </Footer>
    </>
  );
}

function RunPage(props: {
  run: Run;
  onOpen: ViewProps['onOpen'];
}): JSX.Element {
  const trans = useTrans();
  const { run } = props;
  const nodes = React.useMemo(() => graphOf(run, trans), [run, trans]);
  const state = useRunState(nodes);
  const page = React.useRef<HTMLDivElement>(null);
  const size = useSize(page);
  const [chosen, setChosen] = React.useState<RunTab | null>(null);
  const tab = chosen ?? ((size?.width ?? 0) >= WIDE ? 'graph' : 'tasks');
  const picture = tab === 'graph' || tab === 'timeline' ? tab : null;
  // What has been looked at stays as it was left.
  const [last, setLast] = React.useState(picture);
  if (picture && picture !== last) {
    setLast(picture);
  }
  const panel = React.useId();
  const onShow = (id: string) => {
    state.onReveal(id);
    setChosen(picture ?? 'graph');
  };
  return (
    <MetricsProvider value={run.metrics}>
      <div ref={page} className="jp-kfp-Run">
        <Summary
          run={run}
          state={state}
          onOpen={props.onOpen}
          onShow={onShow}
        />
        <RunTabs tab={tab} onTab={setChosen} controls={panel} />
        <div id={panel} className="jp-kfp-Run-panel" role="tabpanel">
          <React.Suspense fallback={<Placeholder />}>
            {size && last && (
              <div className="jp-kfp-Run-pictures" hidden={!picture}>
                <Pictures state={state} shown={last} />
              </div>
            )}
            {size && tab === 'tasks' && <TaskList run={run} />}
            {tab === 'definition' && <DefinitionView run={run} />}
          </React.Suspense>
        </div>
      </div>
    </MetricsProvider>
  );
}

function TaskCount({ run }: { run: Run }): JSX.Element | null {
  const trans = useTrans();
  const rows = React.useMemo(() => taskRows(run.tasks), [run.tasks]);
  return rows.length === 0 ? null : (
    <span>
      {trans._n(
        '%2 of %1 task finished',
        '%2 of %1 tasks finished',
        rows.length,
        rows.filter(({ task }) => isFinished(task)).length
      )}
    </span>
  );
}

function useAnnouncedState(run: Run | undefined): void {
  const { announce, trans } = useEnvironment();
  const last = React.useRef<string | undefined>(undefined);
  React.useEffect(() => {
    if (run && last.current !== undefined && last.current !== run.state) {
      announce(
        trans.__('%1: %2', run.display_name, stateWord(run.state, trans))
      );
    }
    last.current = run?.state;
  }, [announce, run, trans]);
}
