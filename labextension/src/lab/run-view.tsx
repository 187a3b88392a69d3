import '../../style/explorer.css';

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { LabIcon } from '@jupyterlab/ui-components';
import type { Title, Widget } from '@lumino/widgets';
import * as React from 'react';

import type { Run } from '../explorer/api/types';
import { iconPath } from '../explorer/components/icons';
import type { Trans } from '../explorer/i18n';
import type { View } from '../explorer/model/navigation';
import { RunDocument } from '../explorer/run/document';
import { stateIcon, stateWord } from '../explorer/states';
import { LabActions } from './actions-host';
import type { Host } from './host';
import { hostOf, useSource } from './host';
import type { PanelState } from './panel';

/** Makes the function that renders a run's tab; `title` follows the run. */
export function makeRunView(
  app: JupyterFrontEnd,
  trans: Trans,
  id: string,
  title: Title<Widget>
): (state: PanelState) => JSX.Element {
  const host = hostOf(app);
  const onRun = (run: Run): void => {
    title.label = run.display_name || trans.__('Run');
    title.caption = `${title.label}: ${stateWord(run.state, trans)}`;
    title.icon = titleIcon(run.state);
  };
  const onOpen = ({ query, label }: View): void =>
    void app.commands.execute('kfp:open-explorer', {
      experiment_id: query.experiment_id ?? '',
      name: label ?? ''
    });
  return state => (
    <LabActions app={app}>
      <RunTab
        host={host}
        trans={trans}
        id={id}
        state={state}
        onRun={onRun}
        onOpen={onOpen}
      />
    </LabActions>
  );
}

function RunTab(props: {
  host: Host;
  trans: Trans;
  id: string;
  state: PanelState;
  onRun: (run: Run) => void;
  onOpen: (view: View) => void;
}): JSX.Element {
  const { api, cache } = props.host;
  const { settings, visible, refreshes } = props.state;
  return (
    <RunDocument
      source={useSource(api, settings)}
      cache={cache}
      trans={props.trans}
      visible={visible}
      refreshes={refreshes}
      runId={props.id}
      uiUrl={settings.uiUrl}
      onRun={props.onRun}
      onOpen={props.onOpen}
    />
  );
}

const COLOURS: Readonly<Record<string, string>> = {
  SUCCEEDED: 'var(--jp-success-color1)',
  FAILED: 'var(--jp-error-color1)',
  RUNNING: 'var(--jp-brand-color1)',
  CANCELING: 'var(--jp-warn-color1)',
  PAUSED: 'var(--jp-warn-color1)'
};

/** A state's icon for a tab, in the state's colour. */
function titleIcon(state: string): LabIcon {
  const name = stateIcon(state);
  const colour = COLOURS[state] ?? 'var(--jp-ui-font-color2)';
  return new LabIcon({
    name: `jupyter-kfp-auth:state-${state.toLowerCase() || 'none'}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16"><path d="${iconPath(name)}" fill="none" style="stroke: ${colour}" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"/></svg>`
  });
}
