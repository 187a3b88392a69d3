import * as React from 'react';

import { API_VERSION } from './api/types';
import type { NamespaceChoice } from './components/namespace-field';
import { StandIn } from './components/stand-in';
import type { FrameProps } from './frame/Frame';
import { Frame } from './frame/Frame';
import { KindTabs } from './frame/kind-tabs';
import { useChoice } from './frame/namespace-choice';
import { useSecondClick } from './frame/second-click';
import { Skew } from './frame/skew';
import { Trail } from './frame/trail';
import { ViewFrame } from './frame/view-frame';
import type { View, ViewKind } from './model/navigation';
import { currentView, pathTo, viewKey } from './model/navigation';
import { Navigator } from './model/navigator';
import { useStatus } from './model/queries';
import { ConnectionSection } from './views/connection';
import type { ViewProps } from './views/experiments';
import { ExperimentsView } from './views/experiments';
import { PipelinesView } from './views/pipelines';
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

const VIEWS: Readonly<Record<ViewKind, (props: ViewProps) => JSX.Element>> = {
  experiments: ExperimentsView,
  runs: RunsView,
  run: RunView,
  pipelines: PipelinesView,
  'recurring-runs': RecurringRunsView
};

/** Experiments, runs and tasks, to walk through. */
export function Explorer(props: ExplorerProps): JSX.Element {
  const [own] = React.useState(() => new Navigator(pathTo(props.view)));
  const navigator = props.navigator ?? own;
  const choice = useChoice(props.choice, navigator);
  return (
    <Frame
      {...props}
      namespace={choice.namespace}
      label={props.trans.__('Kubeflow Pipelines')}
    >
      <Contents {...props} navigator={navigator} choice={choice} />
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
  return (
    <div className="jp-kfp-Contents" onClickCapture={onClickCapture}>
      <div className="jp-kfp-Toolbar">
        <KindTabs
          selected={path[0]?.kind}
          sections={props.sections}
          onSelect={navigator.select}
        />
      </div>
      {(props.standIn || status?.pipelines.stand_in) && <StandIn />}
      {status && status.api_version !== API_VERSION && <Skew />}
      <Trail path={path} onBack={navigator.back} />
      <ViewFrame key={viewKey(view)} focus={place.walked}>
        <View
          view={view}
          onQuery={navigator.query}
          onOpen={onOpen}
          onName={onName}
        />
      </ViewFrame>
      {error?.cause !== 'not-found' && (
        <ConnectionSection
          status={status}
          error={error}
          choice={choice}
          reveals={place.reveals}
          checks={place.checks}
        />
      )}
      {props.footer}
    </div>
  );
}
