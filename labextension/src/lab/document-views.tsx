import '../../style/explorer.css';

import { LabIcon } from '@jupyterlab/ui-components';
import type { Title, Widget } from '@lumino/widgets';
import * as React from 'react';

import type { Run } from '../explorer/api/types';
import { ComparisonDocument } from '../explorer/ComparisonDocument';
import { iconSvg } from '../explorer/components/icons';
import type { DocumentProps } from '../explorer/Document';
import type { View as ExplorerView } from '../explorer/model/navigation';
import { RunDocument } from '../explorer/RunDocument';
import { stateIcon } from '../explorer/components/states';
import { statusOf, stateWord } from '../explorer/model/states';
import { LabActions } from './actions-host';
import type { IExplorer } from '../tokens';
import { CommandIDs } from './commands';
import type { View } from './panel';
import { useChoices, useSource } from './source';
import type { PanelParts } from './view';

/** Makes the function that renders a run's tab; `title` follows the run. */
export function makeRunView(
  parts: PanelParts,
  explorer: IExplorer,
  id: string,
  title: Title<Widget>,
  onName: (name: string) => void
): View {
  const { app, trans } = parts;
  const onRun = (run: Run): void => {
    const name = run.display_name || trans.__('Run');
    if (name !== title.label) {
      title.label = name;
      onName(name);
    }
    title.caption = trans.__(
      '%1: %2',
      title.label,
      stateWord(statusOf(run), trans)
    );
    title.icon = titleIcon(statusOf(run));
  };
  const onOpen = (view: ExplorerView): void => void explorer.open(view);
  return visible => (
    <LabActions
      app={app}
      preferences={parts.preferences}
      trans={parts.trans}
      inTab
    >
      <Settled parts={parts} visible={visible}>
        {common => (
          <RunDocument {...common} runId={id} onRun={onRun} onOpen={onOpen} />
        )}
      </Settled>
    </LabActions>
  );
}

/** Makes the function that renders a comparison's tab. */
export function makeComparisonView(
  parts: PanelParts,
  ids: readonly string[],
  onChange: (ids: string[]) => void
): View {
  const { app } = parts;
  const onOpen = ({ run_id, display_name: name }: Run): void =>
    void app.commands.execute(CommandIDs.openRun, { run_id, name });
  return visible => (
    <LabActions
      app={app}
      preferences={parts.preferences}
      trans={parts.trans}
      inTab
    >
      <Settled parts={parts} visible={visible}>
        {common => (
          <ComparisonDocument
            {...common}
            ids={ids}
            onOpen={onOpen}
            onChange={left => onChange([...left])}
          />
        )}
      </Settled>
    </LabActions>
  );
}

/** What all tabs need, by the user's settings. */
function Settled(props: {
  parts: PanelParts;
  visible: boolean;
  children: (common: DocumentProps) => JSX.Element;
}): JSX.Element {
  const { preferences, store, trans } = props.parts;
  const choices = useChoices(preferences);
  const { uiUrl } = choices;
  return props.children({
    source: useSource(store, choices),
    trans,
    visible: props.visible,
    links: { uiUrl }
  });
}

const COLOURS: Readonly<Record<string, string>> = {
  succeeded: 'var(--jp-success-color1)',
  failed: 'var(--jp-error-color1)',
  running: 'var(--jp-brand-color1)',
  terminating: 'var(--jp-warn-color1)',
  paused: 'var(--jp-warn-color1)'
};

/** A status' icon for a tab, in its colour. */
function titleIcon(status: string): LabIcon {
  const name = stateIcon(status);
  const colour = COLOURS[status] ?? 'var(--jp-ui-font-color2)';
  return new LabIcon({
    name: `jupyter-kfp-auth:state-${name}`,
    svgstr: iconSvg(name, colour)
  });
}
