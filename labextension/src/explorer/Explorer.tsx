import * as React from 'react';

import { API_VERSION } from './api/types';
import { ActStrip } from './components/act-strip';
import { ActsProvider } from './components/acts';
import type { NamespaceChoice } from './components/namespace-field';
import { ConnectionFoot } from './frame/connection-foot';
import type { FrameProps } from './frame/Frame';
import { Frame } from './frame/Frame';
import { KindTabs } from './frame/kind-tabs';
import { useChoice } from './frame/namespace-choice';
import { PanelMenu } from './frame/panel-menu';
import { useSecondClick } from './frame/second-click';
import { Skew } from './frame/skew';
import { Trail } from './frame/trail';
import { ViewFrame } from './frame/view-frame';
import type { View, ViewKind } from './model/navigation';
import { comparisonOf, currentView, pathTo, viewKey } from './model/navigation';
import { Navigator } from './model/navigator';
import { useStatus } from './model/queries';
import { CloneView } from './views/clone';
import { ComparisonView } from './views/comparison';
import type { ViewProps } from './views/experiments';
import { ExperimentsView } from './views/experiments';
import { PipelinesView } from './views/pipelines';
import { RecurringRunView } from './views/recurring-run';
import { RecurringRunsView } from './views/recurring-runs';
import { RunView } from './views/run';
import { RunsView } from './views/runs';

export interface ExplorerProps extends FrameProps {
  /** What to show first. */
  view?: View;
  /** The way through the views, where the host keeps it. */
  navigator?: Navigator;
  /** True where the host knows that the answers come from the sandbox. */
  standIn?: boolean;
  /** The kinds of things that have a tab; all where it is left out. */
  sections?: readonly ViewKind[];
  /** Whose things to show; the explorer keeps it itself where it is left out. */
  choice?: NamespaceChoice;
  /** Under the views: what the host has to say. */
  footer?: React.ReactNode;
}

/** What a view is given, whichever it is. */
type AnyViewProps = ViewProps & {
  onBack: () => void;
  onReplace: (view: View) => void;
};

const VIEWS: Readonly<Record<ViewKind, (props: AnyViewProps) => JSX.Element>> =
  {
    experiments: ExperimentsView,
    runs: RunsView,
    run: RunView,
    clone: CloneView,
    comparison: ComparisonView,
    pipelines: PipelinesView,
    'recurring-runs': RecurringRunsView,
    'recurring-run': RecurringRunView
  };

/** Experiments, runs and tasks, to walk through. */
export function Explorer(props: ExplorerProps): JSX.Element {
  const [own] = React.useState(() => new Navigator(pathTo(props.view)));
  const navigator = props.navigator ?? own;
  const choice = useChoice(props.choice, navigator);
  const onCompare = React.useCallback(
    (runs: readonly { run_id: string }[]) =>
      navigator.open(comparisonOf(runs.map(({ run_id }) => run_id))),
    [navigator]
  );
  return (
    <Frame
      {...props}
      namespace={choice.namespace}
      label={props.trans.__('Kubeflow Pipelines')}
    >
      <ActsProvider onOpen={navigator.open} onCompare={onCompare}>
        <Contents {...props} navigator={navigator} choice={choice} />
      </ActsProvider>
    </Frame>
  );
}

function Contents(
  props: ExplorerProps & { navigator: Navigator; choice: NamespaceChoice }
): JSX.Element {
  const { choice, navigator } = props;
  const place = React.useSyncExternalStore(
    navigator.subscribe,
    navigator.snapshot
  );
  const { data: status, error } = useStatus();
  const { path } = place;
  const view = currentView(path);
  const View = VIEWS[view.kind];
  const { openedRef, onClickCapture } = useSecondClick(() => navigator.back());
  const onOpen = React.useCallback(
    (next: View) => {
      openedRef.current = next;
      navigator.open(next);
    },
    [navigator, openedRef]
  );
  const onName = React.useCallback(
    (name: string) => navigator.name(view.id, name),
    [navigator, view.id]
  );
  const onBack = React.useCallback(() => navigator.back(), [navigator]);
  return (
    <div
      className="jp-kfp-Contents"
      onClickCapture={onClickCapture}
      onKeyDown={event => onKey(event, navigator)}
    >
      <div className="jp-kfp-Toolbar">
        <KindTabs
          selected={path[0]?.kind}
          sections={props.sections}
          onSelect={navigator.select}
        />
        <PanelMenu navigator={navigator} />
      </div>
      {status && status.api_version !== API_VERSION && <Skew />}
      <Trail path={path} onBack={navigator.back} />
      <ConnectionFoot
        status={status}
        error={error?.cause === 'not-found' ? null : error}
        choice={choice}
        standIn={props.standIn}
        reveals={place.reveals}
        checks={place.checks}
      >
        <ViewFrame key={viewKey(view)} focus={place.walked}>
          <View
            view={view}
            onQuery={navigator.query}
            onOpen={onOpen}
            onName={onName}
            onBack={onBack}
            onReplace={navigator.replace}
          />
          <ActStrip />
        </ViewFrame>
        {props.footer}
      </ConnectionFoot>
    </div>
  );
}

/** The keys of the whole explorer: back, and to the search. */
function onKey(event: React.KeyboardEvent, navigator: Navigator): void {
  const target = event.target as HTMLElement;
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  const back = event.key === 'ArrowLeft' && event.altKey;
  if (back || (event.key === 'Escape' && !typing)) {
    if (navigator.path.length > 1) {
      event.preventDefault();
      event.stopPropagation();
      navigator.back();
    }
  } else if (event.key === '/' && !typing) {
    const search =
      event.currentTarget.querySelector<HTMLElement>('[role="searchbox"]');
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
}
