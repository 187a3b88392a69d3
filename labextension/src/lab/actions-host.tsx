import type { JupyterFrontEnd } from '@jupyterlab/application';
import * as React from 'react';

import type { Run } from '../explorer/api/types';
import type { NamespaceChoice } from '../explorer/components/namespace-field';
import { ActionsHostProvider } from '../explorer/model/host';
import { rememberedWith } from '../explorer/model/namespaces';
import { CommandIDs } from './commands';
import type { Choices, Preferences } from './preferences';
import { useChoices } from './source';

type OpenedRun = Pick<Run, 'run_id' | 'display_name'>;

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
  preferences: Preferences;
  /** Whether this is a tab of the main area. */
  inTab?: boolean;
  children: React.ReactNode;
}): JSX.Element {
  const { app, preferences, inTab } = props;
  const { notifications: notifies } = useChoices(preferences);
  const host = React.useMemo(
    () => ({
      notifies,
      insertCode: (code: string) =>
        void app.commands.execute(CommandIDs.insertCode, { code }),
      ...(hasTabs(app) && {
        openRun: ({ run_id, display_name: name }: OpenedRun) =>
          void app.commands.execute(CommandIDs.openRun, { run_id, name }),
        openComparison: (ids: readonly string[]) =>
          void app.commands.execute(CommandIDs.compareRuns, {
            run_ids: [...ids]
          })
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
  preferences: Preferences,
  { namespace, remembered }: Choices
): NamespaceChoice {
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
