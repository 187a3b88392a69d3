import * as React from 'react';

import { useActionsHost } from './model/host';
import type { NamespaceChoice } from './components/namespace-field';
import { API_VERSION } from './api/types';
import type { Status } from './api/types';
import { IconButton } from './components/controls';
import { Icon } from './components/icons';
import { StandIn } from './Document';
import type { Environment } from './model/environment';
import { EnvironmentProvider, useTrans } from './model/environment';
import { questionKey, useExperiment, useLive } from './model/queries';
import { rememberedWith } from './model/namespaces';
import type { Path, View, ViewKind } from './model/navigation';
import {
  backTo,
  currentView,
  pathTo,
  rootView,
  viewKey,
  withLabel,
  withQuery
} from './model/navigation';
import { ClockProvider } from './components/time';
import { ConnectionSection } from './views/connection';
import type { ViewProps } from './views/experiments';
import { ExperimentsView } from './views/experiments';
import { PipelinesView } from './views/pipelines';
import { RecurringRunsView } from './views/recurring-runs';
import { RunView } from './views/run';
import { RunsView } from './views/runs';

export interface ExplorerProps extends Pick<
  Environment,
  'source' | 'trans' | 'visible'
> {
  /** What to show first. */
  view?: View;
  /** The views gone through before, where they are known; `view` goes before them. */
  path?: Path;
  /** Told of the views gone through, the current one last. */
  onPath?: (path: Path) => void;
  /** Answers that are there already, by question. */
  cache?: Environment['cache'];
  /** Where links lead; what is left out comes from the server's settings. */
  links?: Partial<Environment['links']>;
  /** Increases when the user asks for a refresh from outside. */
  refreshes?: number;
  /** True where the host knows that the answers come from the sandbox. */
  standIn?: boolean;
  /** The kinds of things that have a tab; all where it is left out. */
  sections?: readonly ViewKind[];
  /** Whose things to show; the explorer keeps it itself where it is left out. */
  choice?: NamespaceChoice;
  /** Increases when the connection shall be shown. */
  reveals?: number;
  /** Increases when the probes shall run. */
  checks?: number;
  /** Under the views: what the host has to say. */
  footer?: React.ReactNode;
}

const VIEWS: Readonly<Record<ViewKind, (props: ViewProps) => JSX.Element>> = {
  experiments: ExperimentsView,
  runs: RunsView,
  run: RunView,
  pipelines: PipelinesView,
  'recurring-runs': RecurringRunsView
};

/** Experiments, runs and tasks, to walk through. */
export function Explorer(props: ExplorerProps): JSX.Element {
  const [said, announce] = React.useState('');
  const [ownCache] = React.useState<Environment['cache']>(() => new Map());
  const uncovered = useUncovered();
  const { trans, links, refreshes = 0 } = props;
  const choice = useChoice(props.choice);
  const { namespace } = choice;
  const source = React.useMemo(
    () => ({ ...props.source, namespace }),
    [props.source, namespace]
  );
  const cache = props.cache ?? ownCache;
  const visible = props.visible && uncovered;
  const environment = React.useMemo<Environment>(
    () => ({
      source,
      trans,
      visible,
      cache,
      announce,
      recheck: () => undefined,
      refreshes,
      links: {
        uiUrl: links?.uiUrl ?? '',
        namespace: namespace || links?.namespace || ''
      }
    }),
    [
      source,
      trans,
      visible,
      cache,
      refreshes,
      namespace,
      links?.uiUrl,
      links?.namespace
    ]
  );
  return (
    <EnvironmentProvider value={environment}>
      <ClockProvider>
        <section
          className="jp-kfp-Explorer"
          aria-label={trans.__('Kubeflow Pipelines')}
        >
          <Contents {...props} choice={choice} environment={environment} />
          <span className="jp-kfp-Hidden" role="status" aria-live="polite">
            {said}
          </span>
        </section>
      </ClockProvider>
    </EnvironmentProvider>
  );
}

function Contents(
  props: ExplorerProps & { environment: Environment; choice: NamespaceChoice }
): JSX.Element {
  const { onPath } = props;
  const [path, setPath] = React.useState<Path>(
    () => (!props.view && props.path) || pathTo(props.view)
  );
  React.useEffect(() => onPath?.(path), [onPath, path]);
  const {
    live,
    data: status,
    error
  } = useLive<Status>(
    questionKey('status'),
    ({ api }, options) => api.status(options),
    ({ intervals }) => intervals.slow
  );
  const { environment } = props;
  const { uiUrl, namespace } = environment.links;
  const linked = React.useMemo<Environment>(
    () => ({
      ...environment,
      status,
      recheck: live.recheck,
      links: {
        uiUrl: uiUrl || status?.settings.ui_url.value || '',
        namespace: namespace || status?.settings.namespace.value || ''
      }
    }),
    [environment, live, uiUrl, namespace, status]
  );
  const { choice } = props;
  const [shownOf, setShownOf] = React.useState(choice.namespace);
  if (shownOf !== choice.namespace) {
    // What was gone into belongs to the other namespace.
    setShownOf(choice.namespace);
    setPath([rootView(path[0]?.kind ?? 'experiments')]);
  }
  const view = currentView(path);
  const View = VIEWS[view.kind];
  const onQuery = React.useCallback(
    (query: View['query']) => setPath(known => withQuery(known, query)),
    []
  );
  const [walked, setWalked] = React.useState(false);
  const goTo = React.useCallback((change: (known: Path) => Path) => {
    setWalked(true);
    setPath(change);
  }, []);
  const onSelect = (kind: ViewKind) => {
    setWalked(false); // The tab keeps the focus.
    setPath([rootView(kind)]);
  };
  const { openedRef, onClickCapture } = useSecondClick(view =>
    goTo(known => known.filter(it => it !== view))
  );
  const onOpen = React.useCallback(
    (next: View) => {
      openedRef.current = next;
      goTo(known => [...known, next]);
    },
    [goTo, openedRef]
  );
  const onName = React.useCallback(
    (name: string) => setPath(known => withLabel(known, name)),
    []
  );
  return (
    <EnvironmentProvider value={linked}>
      <div className="jp-kfp-Contents" onClickCapture={onClickCapture}>
        <div className="jp-kfp-Toolbar">
          <Tabs path={path} sections={props.sections} onSelect={onSelect} />
        </div>
        {(props.standIn || status?.pipelines.stand_in) && <StandIn />}
        {status && status.api_version !== API_VERSION && <Skew />}
        <Trail
          path={path}
          onBack={index => goTo(known => backTo(known, index))}
        />
        <ViewFrame key={viewKey(view)} focus={walked}>
          <View view={view} onQuery={onQuery} onOpen={onOpen} onName={onName} />
        </ViewFrame>
        {error?.cause !== 'not-found' && (
          <ConnectionSection
            status={status}
            error={error}
            choice={choice}
            reveals={props.reveals}
            checks={props.checks}
          />
        )}
        {props.footer}
      </div>
    </EnvironmentProvider>
  );
}

/** The second click of two on a run: it is shown in a tab instead, where there are tabs. */
function useSecondClick(onBack: (view: View) => void): {
  /** What the last click has opened. */
  openedRef: React.MutableRefObject<View | null>;
  onClickCapture: (event: React.MouseEvent) => void;
} {
  const { openRun } = useActionsHost();
  const openedRef = React.useRef<View | null>(null);
  const onClickCapture = (event: React.MouseEvent) => {
    const view = openedRef.current;
    openedRef.current = null;
    if (event.detail === 2 && view?.kind === 'run' && openRun) {
      event.preventDefault();
      event.stopPropagation();
      onBack(view);
      openRun({ run_id: view.id, display_name: view.label ?? '' });
    }
  };
  return { openedRef, onClickCapture };
}

/** Takes the focus when the reader has walked here, so that it is not lost. */
function ViewFrame(props: {
  focus: boolean;
  children: React.ReactNode;
}): JSX.Element {
  const element = React.useRef<HTMLDivElement>(null);
  const [focus] = React.useState(props.focus);
  React.useEffect(() => {
    if (focus) {
      element.current?.focus({ preventScroll: true });
    }
  }, [focus]);
  return (
    <div className="jp-kfp-View" ref={element} tabIndex={-1}>
      {props.children}
    </div>
  );
}

/** The kinds of things to look at. */
function Tabs(props: {
  path: Path;
  sections?: readonly ViewKind[];
  onSelect: (kind: ViewKind) => void;
}): JSX.Element {
  const trans = useTrans();
  const tabs: readonly (readonly [ViewKind, string])[] = [
    ['experiments', trans.__('Experiments')],
    ['runs', trans.__('Runs')],
    ['recurring-runs', trans.__('Recurring')],
    ['pipelines', trans.__('Pipelines')]
  ];
  const selected = props.path[0]?.kind;
  const { sections } = props;
  const shown = tabs.filter(
    ([kind]) => !sections || sections.includes(kind) || kind === selected
  );
  return (
    <nav className="jp-kfp-Tabs" aria-label={trans.__('Kinds')}>
      {shown.map(([kind, label]) => (
        <button
          key={kind}
          type="button"
          className="jp-kfp-Tab"
          aria-current={kind === selected ? 'page' : undefined}
          onClick={() => props.onSelect(kind)}
        >
          {label}
        </button>
      ))}
    </nav>
  );
}

/** The way back, when there is one. */
function Trail(props: {
  path: Path;
  onBack: (index: number) => void;
}): JSX.Element | null {
  const trans = useTrans();
  const { path, onBack } = props;
  const above = path[path.length - 2];
  if (!above) {
    return null;
  }
  return (
    <nav className="jp-kfp-Trail" aria-label={trans.__('Path')}>
      <IconButton
        icon="back"
        label={trans.__('Back')}
        onClick={() => onBack(path.length - 2)}
      />
      <ol>
        {path.map((view, index) => (
          <li key={index}>
            {index === path.length - 1 ? (
              <span aria-current="page" title={view.label}>
                <ViewName view={view} />
              </span>
            ) : (
              <button
                type="button"
                className="jp-kfp-LinkButton"
                onClick={() => onBack(index)}
              >
                <ViewName view={view} />
              </button>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function ViewName({ view }: { view: View }): JSX.Element {
  const trans = useTrans();
  const experiment = view.query.experiment_id;
  if (view.label) {
    return <>{view.label}</>;
  }
  if (view.kind === 'runs' && experiment) {
    return <ExperimentName id={experiment} />;
  }
  switch (view.kind) {
    case 'experiments':
      return <>{trans.__('Experiments')}</>;
    case 'runs':
      return <>{trans.__('Runs')}</>;
    case 'run':
      return <>{trans.__('Run')}</>;
    case 'pipelines':
      return <>{view.id ? trans.__('Versions') : trans.__('Pipelines')}</>;
    case 'recurring-runs':
      return <>{trans.__('Recurring runs')}</>;
  }
}

/** The name of an experiment that was opened by its id. */
function ExperimentName({ id }: { id: string }): JSX.Element {
  const trans = useTrans();
  const { data } = useExperiment(id);
  return <>{data?.display_name ?? trans.__('Runs of the experiment')}</>;
}

/** Said when the panel and the server speak different interfaces. */
function Skew(): JSX.Element | null {
  const trans = useTrans();
  const [dismissed, setDismissed] = React.useState(false);
  if (dismissed) {
    return null;
  }
  return (
    <div className="jp-kfp-Banner jp-mod-warning" role="status">
      <Icon name="warning" />
      <span>
        {trans.__(
          'This panel and the Jupyter server have different versions of jupyter-kfp-auth. Restart the server and reload this page.'
        )}
      </span>
      <IconButton
        icon="close"
        label={trans.__('Dismiss')}
        onClick={() => setDismissed(true)}
      />
    </div>
  );
}

/** The host's choice of a namespace, or one of its own. */
function useChoice(given: NamespaceChoice | undefined): NamespaceChoice {
  const [own, setOwn] = React.useState({
    namespace: '',
    remembered: [] as readonly string[]
  });
  const onNamespace = React.useCallback(
    (namespace: string) =>
      setOwn(({ remembered }) => ({
        namespace,
        remembered: rememberedWith(remembered, namespace)
      })),
    []
  );
  return given ?? { ...own, onNamespace };
}

/** Whether the browser's tab is in front. */
function useUncovered(): boolean {
  return React.useSyncExternalStore(
    listener => {
      document.addEventListener('visibilitychange', listener);
      return () => document.removeEventListener('visibilitychange', listener);
    },
    () => document.visibilityState !== 'hidden'
  );
}
