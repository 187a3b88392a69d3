import '../../style/explorer.css';

import type { JupyterFrontEnd } from '@jupyterlab/application';
import * as React from 'react';

import type { HttpPipelinesApi } from '../explorer/api/http';
import type { Run } from '../explorer/api/types';
import type { Environment } from '../explorer/environment';
import { Explorer } from '../explorer/Explorer';
import type { Trans } from '../explorer/i18n';
import { OpenRunProvider } from '../explorer/run/opener';
import { hostOf, useSource } from './host';
import type { PanelState } from './panel';
import { OPEN_RUN } from './run-document';

/** Makes the function that renders the side panel's content. */
export function makeView(
  app: JupyterFrontEnd,
  trans: Trans
): (state: PanelState) => JSX.Element {
  const { api, cache } = hostOf(app);
  const openRun = ({
    run_id,
    display_name
  }: Pick<Run, 'run_id' | 'display_name'>): void =>
    void app.commands.execute(OPEN_RUN, { run_id, name: display_name });
  return state => (
    <OpenRunProvider value={openRun}>
      <PanelView api={api} cache={cache} trans={trans} state={state} />
    </OpenRunProvider>
  );
}

function PanelView(props: {
  api: HttpPipelinesApi;
  cache: Environment['cache'];
  trans: Trans;
  state: PanelState;
}): JSX.Element {
  const { api, cache, trans } = props;
  const { settings, visible, refreshes, wanted } = props.state;
  const { uiUrl } = settings;
  const source = useSource(api, settings);
  return (
    <Explorer
      key={wanted?.times}
      view={wanted?.view}
      source={source}
      cache={cache}
      trans={trans}
      visible={visible}
      refreshes={refreshes}
      links={{ uiUrl }}
    />
  );
}
