import * as React from 'react';

import type { Run } from '../explorer/api/types';
import { Icon } from '../explorer/components/icons';
import { StateIcon } from '../explorer/components/states';
import { useUncovered } from '../explorer/components/visibility';
import { causeText } from '../explorer/model/causes';
import type { Environment } from '../explorer/model/environment';
import { EnvironmentProvider, useTrans } from '../explorer/model/environment';
import type { Trans } from '../explorer/model/i18n';
import { useList, useStatus } from '../explorer/model/queries';
import { RUNS } from '../explorer/model/sources';
import { isUnfinished, statusOf } from '../explorer/model/states';
import { CommandIDs } from './commands';
import type { Choices } from './preferences';
import { intervalsOf, useChoices } from './source';
import type { PanelParts } from './view';

/** What the status bar says: from the same answers as the panel, asked for as seldom as can be. */
export function StatusView(props: PanelParts): JSX.Element {
  const { app, preferences, store, trans } = props;
  const choices = useChoices(preferences);
  const { namespace, refreshInterval, pageSize, statusBar } = choices;
  const visible = useUncovered() && statusBar !== 'never';
  const environment = React.useMemo<Environment>(() => {
    const { slow } = intervalsOf({ refreshInterval });
    return {
      store,
      trans,
      namespace,
      pageSize,
      visible,
      intervals: { quick: slow, slow },
      announce: () => undefined,
      links: { uiUrl: '', namespace }
    };
  }, [store, trans, namespace, pageSize, visible, refreshInterval]);
  return (
    <EnvironmentProvider value={environment}>
      <Connection
        choices={choices}
        onOpen={() => void app.commands.execute(CommandIDs.openExplorer)}
      />
    </EnvironmentProvider>
  );
}

interface ItemProps {
  choices: Choices;
  onOpen: () => void;
}

function Connection(props: ItemProps): JSX.Element {
  const trans = useTrans();
  const { data: status, error } = useStatus();
  const namespace =
    props.choices.namespace ||
    status?.settings.namespace.value ||
    trans.__('Pipelines');
  const refused = error ?? (status?.ok === false ? status.error : null);
  if (status && !refused) {
    return <Connected {...props} namespace={namespace} />;
  }
  return (
    <Item
      {...props}
      namespace={namespace}
      icon={<Icon name={refused ? 'warning' : 'pending'} />}
      words={[connectionWord(refused, trans)]}
      title={
        refused ? causeText(refused.cause, refused.message, trans) : undefined
      }
    />
  );
}

function connectionWord(error: { cause: string } | null, trans: Trans): string {
  if (!error) {
    return trans.__('Connecting…');
  }
  return error.cause === 'rbac-denied'
    ? trans.__('Refused')
    : trans.__('Not connected');
}

/** What the newest runs are about. */
function Connected(props: ItemProps & { namespace: string }): JSX.Element {
  const trans = useTrans();
  const { data, error } = useList(RUNS, {});
  const items = data?.items ?? [];
  const running = items.filter(isUnfinished).length;
  const failed = items.filter(run => isNews(run, props.choices)).length;
  if (error) {
    const isRefused = error.cause === 'rbac-denied';
    return (
      <Item
        {...props}
        icon={<Icon name="warning" />}
        words={[isRefused ? trans.__('Refused') : trans.__('Not updated')]}
        title={causeText(error.cause, error.message, trans)}
      />
    );
  }
  return (
    <Item
      {...props}
      icon={failed > 0 ? <StateIcon state="failed" /> : <Icon name="check" />}
      words={[
        running > 0 && trans._n('%1 running', '%1 running', running),
        failed > 0 && trans._np('status bar', '%1 failed', '%1 failed', failed)
      ]}
    />
  );
}

/** Whether a run has failed since the panel was last looked at. */
function isNews(run: Run, { looking, seen }: Choices): boolean {
  return (
    !looking &&
    statusOf(run) === 'failed' &&
    Date.parse(run.finished_at ?? '') > seen
  );
}

function Item(
  props: ItemProps & {
    namespace: string;
    icon: React.ReactNode;
    words: readonly (string | false)[];
    title?: string;
  }
): JSX.Element {
  const trans = useTrans();
  const words = props.words.filter(word => word !== false);
  const text = [props.namespace, ...words].join(' · ');
  return (
    <button
      type="button"
      className="jp-kfp-Status"
      aria-label={trans.__('Kubeflow Pipelines, %1', text)}
      title={props.title ?? trans.__('Open the Kubeflow Pipelines panel')}
      onClick={props.onOpen}
    >
      {props.icon}
      <span>{text}</span>
    </button>
  );
}
