import type { JupyterFrontEnd } from '@jupyterlab/application';
import * as React from 'react';

import { ActionsHostProvider } from '../explorer/actions/host';
import type { NamespaceChoice } from '../explorer/actions/namespace-field';
import { rememberedWith } from '../explorer/model/namespaces';
import type { Choices } from './preferences';
import { preferencesOf } from './preferences';

/** What the user has chosen, followed. */
export function useChoices(app: JupyterFrontEnd): Choices {
  const preferences = preferencesOf(app);
  return React.useSyncExternalStore(
    React.useCallback(
      listener => {
        preferences.changed.connect(listener);
        return () => void preferences.changed.disconnect(listener);
      },
      [preferences]
    ),
    () => preferences.choices
  );
}

/** Around what JupyterLab shows: it tells when runs end, and has notebooks. */
export function LabActions(props: {
  app: JupyterFrontEnd;
  children: React.ReactNode;
}): JSX.Element {
  const { app } = props;
  const { notifications: notifies } = useChoices(app);
  const host = React.useMemo(
    () => ({
      notifies,
      insertCode: (code: string) =>
        void app.commands.execute('kfp:insert-code', { code })
    }),
    [app, notifies]
  );
  return (
    <ActionsHostProvider value={host}>{props.children}</ActionsHostProvider>
  );
}

/** The namespace that is shown, and how to choose another. */
export function useNamespace(
  app: JupyterFrontEnd,
  { namespace, remembered }: Choices
): NamespaceChoice {
  const preferences = preferencesOf(app);
  return React.useMemo(
    () => ({
      namespace,
      remembered,
      onNamespace: chosen =>
        preferences.change({
          namespace: chosen,
          remembered: rememberedWith(preferences.choices.remembered, chosen)
        })
    }),
    [preferences, namespace, remembered]
  );
}
