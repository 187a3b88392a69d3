import '../../style/explorer.css';

import type { JupyterFrontEnd } from '@jupyterlab/application';
import * as React from 'react';

import { HttpPipelinesApi } from '../explorer/api/http';
import type { Environment, Source } from '../explorer/environment';
import { Explorer } from '../explorer/Explorer';
import type { Trans } from '../explorer/i18n';
import type { PanelState } from './panel';
import { serverTransport } from './transport';

/** How many times less often to look when everything is finished. */
const SLOWER = 6;

/** Makes the function that renders the side panel's content. */
export function makeView(
  app: JupyterFrontEnd,
  trans: Trans
): (state: PanelState) => JSX.Element {
  const api = new HttpPipelinesApi(
    serverTransport(app.serviceManager.serverSettings)
  );
  const cache: Environment['cache'] = new Map();
  return state => (
    <PanelView api={api} cache={cache} trans={trans} state={state} />
  );
}

function PanelView(props: {
  api: HttpPipelinesApi;
  cache: Environment['cache'];
  trans: Trans;
  state: PanelState;
}): JSX.Element {
  const { api, cache, trans } = props;
  const { settings, visible, refreshes } = props.state;
  const { refreshInterval, pageSize, uiUrl } = settings;
  const source = React.useMemo<Source>(
    () => ({
      api,
      pageSize,
      intervals: {
        quick: refreshInterval * 1000,
        slow: refreshInterval * 1000 * SLOWER
      }
    }),
    [api, pageSize, refreshInterval]
  );
  return (
    <Explorer
      source={source}
      cache={cache}
      trans={trans}
      visible={visible}
      refreshes={refreshes}
      links={{ uiUrl }}
    />
  );
}
