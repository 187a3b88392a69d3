import * as React from 'react';

import type { Run } from '../api/types';
import { Placeholder } from '../components/list-view';
import { SplitPane } from '../components/split-pane';
import type { ViewTab } from '../components/view-tabs';
import { ViewTabs } from '../components/view-tabs';
import { useChanged } from '../model/change-hooks';
import { useTrans } from '../model/environment';
import { debugCode } from '../model/code';
import { useHost } from '../model/host';
import type { View } from '../model/navigation';
import { isFinished, statusOf } from '../model/states';
import { countTasks, sumOf } from './counts';
import { CountsLine } from './counts-line';
import { MetricsProvider } from './details';
import { FailureBanner } from './failure-banner';
import { useRunState } from './folding';
import { graphOf, nodeOfId } from './graph';
import type { Trouble } from './reason';
import { troublesOf } from './reason';
import { RunHeader } from './run-header';
import SummaryView from './summary-view';
import { TaskPane } from './task-pane';
import { TaskTree } from './task-tree';
import { useSize } from './viewport';

const Pictures = React.lazy(() => import('./pictures'));
const DefinitionView = React.lazy(() => import('./definition-view'));
const LogTab = React.lazy(() => import('./log-tab'));
const OutputsTab = React.lazy(() => import('./outputs-tab'));

export type RunView =
  'summary' | 'graph' | 'timeline' | 'tasks' | 'log' | 'outputs' | 'definition';

/** From these widths on (pixels) there is room for a graph, and for a pane beside it. */
const WIDTH = { graph: 480, details: 900 } as const;

/** A run: what it is, why it failed, and several ways to look at it. */
export function RunPage(props: {
  run: Run;
  /** When Pipelines told of it (milliseconds since 1970). */
  at: number;
  onRefresh: () => void;
  onOpen: (view: View) => void;
}): JSX.Element {
  const trans = useTrans();
  const { onOpen } = props;
  const run = useChanged(props.run.run_id, props.run);
  const nodes = React.useMemo(
    () => graphOf(props.run, trans),
    [props.run, trans]
  );
  const state = useRunState(nodes);
  const counts = React.useMemo(() => countTasks(nodes), [nodes]);
  const troubles = React.useMemo(
    () => troublesOf(run, nodes, trans),
    [run, nodes, trans]
  );
  const page = React.useRef<HTMLDivElement>(null);
  const width = useSize(page)?.width;
  const [view, setView] = useView(run, width);
  const news = useNews(run, view);
  const { insertCell } = useHost();
  const panel = React.useId();
  const wide = (width ?? 0) >= WIDTH.graph;

  const tabs: Record<RunView, ViewTab<RunView>> = {
    summary: { id: 'summary', label: trans.__('Summary') },
    graph: { id: 'graph', label: trans.__('Graph') },
    timeline: { id: 'timeline', label: trans.__('Timeline') },
    tasks: {
      id: 'tasks',
      label: trans.__('Tasks'),
      ...(sumOf(counts) > 0 ? { count: sumOf(counts) } : {})
    },
    log: { id: 'log', label: trans.__('Log'), dot: news === 'log' },
    outputs: {
      id: 'outputs',
      label: trans.__('Outputs'),
      dot: news === 'outputs'
    },
    definition: { id: 'definition', label: trans.__('Definition') }
  };
  const order = wide ? ORDER.wide : ORDER.narrow;
  // What is selected takes the whole page: it says itself why it failed.
  const paged =
    !wide &&
    state.selected !== null &&
    (view === 'graph' || view === 'timeline' || view === 'tasks');
  const onShow = ({ node }: Trouble) => {
    if (node) {
      state.onReveal(node.id);
      if (view !== 'graph' && view !== 'timeline' && view !== 'tasks') {
        setView(wide ? 'graph' : 'tasks');
      }
    }
  };
  const onLog = (id: string | undefined) => {
    if (id !== undefined) {
      state.onReveal(id);
      setView('log');
    }
  };
  return (
    <MetricsProvider value={run.metrics}>
      <div ref={page} className="jp-kfp-Run">
        <header className="jp-kfp-Summary">
          <RunHeader run={run} wide={wide} onOpen={onOpen} />
          <CountsLine
            counts={counts}
            begun={run.tasks.length > 0}
            over={isFinished(run)}
            skipped={statusOf(run) === 'skipped'}
            at={props.at}
            onRefresh={props.onRefresh}
          />
          {!paged && (
            <FailureBanner
              troubles={troubles}
              tail={view !== 'log' && (wide || view === 'summary')}
              onLog={view === 'log' ? undefined : ({ node }) => onLog(node?.id)}
              onShow={onShow}
              onDebug={
                insertCell &&
                (({ node }) =>
                  node?.task && insertCell(debugCode(run, node.task.task_id)))
              }
            />
          )}
        </header>
        {view && (
          <>
            <ViewTabs
              label={trans.__('Ways to look at the run')}
              tabs={order.map(id => tabs[id])}
              value={view}
              onChange={setView}
              controls={panel}
            />
            <div
              id={panel}
              className="jp-kfp-Run-panel"
              role="tabpanel"
              aria-label={tabs[view].label}
            >
              <React.Suspense fallback={<Placeholder />}>
                <Views
                  {...props}
                  run={run}
                  state={state}
                  view={view}
                  width={width ?? 0}
                  onLog={onLog}
                />
              </React.Suspense>
            </div>
          </>
        )}
      </div>
    </MetricsProvider>
  );
}

const ORDER: Readonly<Record<'wide' | 'narrow', readonly RunView[]>> = {
  wide: [
    'summary',
    'graph',
    'timeline',
    'tasks',
    'log',
    'outputs',
    'definition'
  ],
  narrow: [
    'summary',
    'tasks',
    'log',
    'outputs',
    'graph',
    'timeline',
    'definition'
  ]
};

/** What the chosen view shows, and beside it what is selected in it. */
function Views(props: {
  run: Run;
  state: ReturnType<typeof useRunState>;
  view: RunView;
  width: number;
  onLog: (id: string) => void;
  onOpen: (view: View) => void;
}): JSX.Element {
  const trans = useTrans();
  const { run, state, view, width } = props;
  const { nodes, selected, onSelect } = state;
  const picture = view === 'graph' || view === 'timeline' ? view : null;
  // What has been looked at stays as it was left.
  const [last, setLast] = React.useState(picture);
  if (picture && picture !== last) {
    setLast(picture);
  }
  const node = nodeOfId(nodes, selected);
  const selects = picture !== null || view === 'tasks';
  const page = width < WIDTH.graph;
  const pane = node && selects && (
    <TaskPane
      run={run}
      node={node}
      nodes={nodes}
      page={page}
      onClose={() => onSelect(null)}
      onLog={() => props.onLog(node.id)}
      onOpen={props.onOpen}
    />
  );
  return (
    <>
      <div className="jp-kfp-Run-selects" hidden={!selects}>
        <SplitPane
          side={width >= WIDTH.details ? 'right' : 'below'}
          name="task"
          least={width >= WIDTH.details ? 280 : 160}
          label={trans.__('Details')}
          pane={page ? null : pane}
        >
          {last && (
            <div
              className="jp-kfp-Run-pictures"
              hidden={!picture || (page && pane !== null && pane !== false)}
            >
              <Pictures state={state} shown={last} />
            </div>
          )}
          {view === 'tasks' && !(page && pane) && (
            <TaskTree run={run} state={state} />
          )}
          {page && pane}
        </SplitPane>
      </div>
      {view === 'summary' && <SummaryView run={run} />}
      {view === 'log' && <LogTab run={run} state={state} />}
      {view === 'outputs' && <OutputsTab run={run} />}
      {view === 'definition' && <DefinitionView run={run} />}
    </>
  );
}

/** The chosen view; the first one depends on how the run is, and stays. */
function useView(
  run: Run,
  width: number | undefined
): [RunView | null, (view: RunView) => void] {
  const [view, setView] = React.useState<RunView | null>(null);
  if (view === null && width !== undefined) {
    setView(firstView(run, width));
  }
  return [view, setView];
}

function firstView(run: Run, width: number): RunView {
  switch (statusOf(run)) {
    case 'failed':
      return 'log';
    case 'running':
    case 'terminating':
      return width >= WIDTH.graph ? 'graph' : 'tasks';
    default:
      return 'summary';
  }
}

/** Where there is something new, since the run has ended while it was looked at. */
function useNews(run: Run, view: RunView | null): RunView | null {
  const over = isFinished(run);
  const [begun] = React.useState(!over);
  const [news, setNews] = React.useState<RunView | null | undefined>();
  if (begun && over && news === undefined) {
    setNews(statusOf(run) === 'failed' ? 'log' : 'outputs');
  } else if (news && news === view) {
    setNews(null);
  }
  return news ?? null;
}
