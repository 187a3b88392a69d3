import '../../style/explorer.css';

import type { JupyterFrontEnd } from '@jupyterlab/application';
import * as React from 'react';

import { Explorer } from '../explorer/Explorer';
import type { Trans } from '../explorer/model/i18n';
import { isPath, pathTo, rootView } from '../explorer/model/navigation';
import { Navigator } from '../explorer/model/navigator';
import type { Store } from '../explorer/model/store';
import { LabActions, useNamespace } from './actions-host';
import type { View } from './panel';
import type { Preferences } from './preferences';
import { useChoices, useSource } from './source';

/** What the side panel's content is made of. */
export interface PanelParts {
  app: JupyterFrontEnd;
  preferences: Preferences;
  store: Store;
  trans: Trans;
}

/** The way through the panel, from where it was before the page was loaded anew. */
export function makeNavigator(preferences: Preferences): Navigator {
  const { path, choices } = preferences;
  const navigator = new Navigator(
    isPath(path) ? path : pathTo(rootView(choices.defaultView))
  );
  // All live as long as the page.
  let { namespace } = choices;
  preferences.changed.connect(() => {
    const { namespace: chosen } = preferences.choices;
    if (chosen !== namespace) {
      namespace = chosen;
      navigator.reset();
    }
  });
  navigator.subscribe(() => {
    if (navigator.path !== preferences.path) {
      preferences.moveTo(navigator.path);
    }
  });
  return navigator;
}

/** Makes the function that renders the side panel's content. */
export function makeView(parts: PanelParts, navigator: Navigator): View {
  parts.preferences.change({ opened: true });
  return visible => (
    <LabActions
      app={parts.app}
      preferences={parts.preferences}
      trans={parts.trans}
    >
      <PanelView {...parts} navigator={navigator} visible={visible} />
    </LabActions>
  );
}

function PanelView(
  props: PanelParts & { navigator: Navigator; visible: boolean }
): JSX.Element {
  const { preferences, store, trans, navigator, visible } = props;
  const choices = useChoices(preferences);
  const { uiUrl } = choices;
  React.useEffect(() => {
    preferences.change({ looking: visible, seen: Date.now() });
  }, [preferences, visible]);
  return (
    <Explorer
      navigator={navigator}
      source={useSource(store, choices)}
      trans={trans}
      visible={visible}
      links={{ uiUrl }}
      sections={choices.sections}
      choice={useNamespace(preferences, choices)}
    />
  );
}
