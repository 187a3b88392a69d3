import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { URLExt } from '@jupyterlab/coreutils';
import * as React from 'react';

import type { NamespaceChoice } from '../explorer/components/namespace-field';
import type { Host } from '../explorer/model/host';
import { HostProvider } from '../explorer/model/host';
import type { Trans } from '../explorer/model/i18n';
import { rememberedWith } from '../explorer/model/namespaces';
import { dragCell } from './cells';
import { CommandIDs } from './commands';
import { RUN_PARAMETER } from './link';
import { openMenu } from './menus';
import type { Choices, Preferences } from './preferences';
import { hasTabs } from './shell';
import { useChoices } from './source';

/** How long a notice with a way back stays (milliseconds). */
const UNDO = 6_000;

/** Around what JupyterLab shows: it has notebooks, tabs, menus, notices and settings. */
export function LabActions(props: {
  app: JupyterFrontEnd;
  preferences: Preferences;
  trans: Trans;
  /** Whether this is a tab of the main area. */
  inTab?: boolean;
  children: React.ReactNode;
}): JSX.Element {
  const { app, preferences, trans, inTab } = props;
  const { notifications } = useChoices(preferences);
  const host = React.useMemo(
    () => hostOf(app, trans, notifications, inTab),
    [app, trans, notifications, inTab]
  );
  return <HostProvider value={host}>{props.children}</HostProvider>;
}

function hostOf(
  app: JupyterFrontEnd,
  trans: Trans,
  notifies: boolean,
  inTab?: boolean
): Host {
  const { commands } = app;
  const run = (command: string, args: Record<string, string | string[]>) =>
    void commands.execute(command, args);
  return {
    notifies,
    inTab,
    dragCell,
    openMenu,
    insertCell: code => run(CommandIDs.insertCode, { code }),
    notify: (text, undo) =>
      void Notification.emit(text, 'info', {
        autoClose: UNDO,
        actions: undo ? [{ label: trans.__('Undo'), callback: undo }] : []
      }),
    linkTo: ({ run_id }) =>
      `${URLExt.join(app.serviceManager.serverSettings.baseUrl, 'lab')}?${RUN_PARAMETER}=${encodeURIComponent(run_id)}`,
    ...(commands.hasCommand('settingeditor:open') && {
      openSettings: () =>
        run('settingeditor:open', { query: trans.__('Kubeflow Pipelines') })
    }),
    ...(hasTabs(app) && {
      openRun: ({ run_id, display_name: name }) =>
        run(CommandIDs.openRun, { run_id, name }),
      openComparison: ids => run(CommandIDs.compareRuns, { run_ids: [...ids] })
    })
  };
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
