import type { JupyterFrontEnd } from '@jupyterlab/application';
import * as React from 'react';

import { ActionsHostProvider } from '../explorer/model/host';
import type { Run } from '../explorer/api/types';
import type { NamespaceChoice } from '../explorer/components/namespace-field';
import { rememberedWith } from '../explorer/model/namespaces';
import { COMPARE_RUNS, OPEN_RUN } from './documents';
import type { Choices } from './preferences';
import { preferencesOf } from './preferences';

type OpenedRun = Pick<Run, 'run_id' | 'display_name'>;

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

/**
 * Whether the main area takes tabs, as JupyterLab's does. That of Notebook 7 holds one
 * notebook: there the panel shows runs and comparisons itself.
 */
function hasTabs({ shell }: JupyterFrontEnd): boolean {
  return 'mode' in shell;
}

/** Around what JupyterLab shows: it tells when runs end, has notebooks and tabs. */
export function LabActions(props: {
  app: JupyterFrontEnd;
  /** Whether this is a tab of the main area. */
  inTab?: boolean;
  children: React.ReactNode;
}): JSX.Element {
  const { app, inTab } = props;
  const { notifications: notifies } = useChoices(app);
  const host = React.useMemo(
    () => ({
      notifies,
      insertCode: (code: string) =>
        void app.commands.execute('kfp:insert-code', { code }),
      ...(hasTabs(app) && {
        openRun: ({ run_id, display_name: name }: OpenedRun) =>
          void app.commands.execute(OPEN_RUN, { run_id, name }),
        openComparison: (ids: readonly string[]) =>
          void app.commands.execute(COMPARE_RUNS, { run_ids: [...ids] })
      }),
      inTab
    }),
    [app, notifies, inTab]
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
