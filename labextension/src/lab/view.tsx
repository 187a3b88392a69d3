import '../../style/explorer.css';

import type { JupyterFrontEnd } from '@jupyterlab/application';
import * as React from 'react';

import type { HttpPipelinesApi } from '../explorer/api/rest';
import type { Environment } from '../explorer/model/environment';
import { Explorer } from '../explorer/Explorer';
import type { Trans } from '../explorer/model/i18n';
import type { Path } from '../explorer/model/navigation';
import { isPath, rootView } from '../explorer/model/navigation';
import { LabActions, useChoices, useNamespace } from './actions-host';
import { hostOf, useSource } from './host';
import type { PanelState } from './panel';
import { preferencesOf } from './preferences';

/** Makes the function that renders the side panel's content. */
export function makeView(
  app: JupyterFrontEnd,
  trans: Trans
): (state: PanelState) => JSX.Element {
  const { api, cache } = hostOf(app);
  preferencesOf(app).change({ opened: true });
  return state => (
    <LabActions app={app}>
      <PanelView
        app={app}
        api={api}
        cache={cache}
        trans={trans}
        state={state}
      />
    </LabActions>
  );
}

function PanelView(props: {
  app: JupyterFrontEnd;
  api: HttpPipelinesApi;
  cache: Environment['cache'];
  trans: Trans;
  state: PanelState;
}): JSX.Element {
  const { api, cache, trans } = props;
  const { settings, visible, refreshes, wanted } = props.state;
  const { uiUrl } = settings;
  const choices = useChoices(props.app);
  const choice = useNamespace(props.app, choices);
  const source = useSource(api, settings);
  const preferences = preferencesOf(props.app);
  const kept = isPath(preferences.path) ? preferences.path : undefined;
  const onPath = React.useCallback(
    (path: Path) => preferences.moveTo(path),
    [preferences]
  );
  return (
    <Explorer
      key={wanted?.times}
      view={wanted?.view ?? (kept ? undefined : rootView(choices.defaultView))}
      path={kept}
      onPath={onPath}
      source={source}
      cache={cache}
      trans={trans}
      visible={visible}
      refreshes={refreshes}
      links={{ uiUrl }}
      sections={choices.sections}
      choice={choice}
      reveals={choices.reveals}
      checks={choices.checks}
    />
  );
}
