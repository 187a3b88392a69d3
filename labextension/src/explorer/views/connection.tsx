import * as React from 'react';

import type { NamespaceChoice } from '../components/namespace-field';
import { NamespaceField } from '../components/namespace-field';
import type { Diagnosis, Setting, Status } from '../api/types';
import { ApiError } from '../api/errors';
import { Button } from '../components/controls';
import { DiagnosisView, ErrorView } from '../components/problem';
import { Facts } from '../components/rows';
import { useEnvironment, useTrans } from '../model/environment';
import { useHost } from '../model/host';
import type { Trans } from '../model/i18n';
import { useNow } from '../components/time';
import { distance, exactTime } from '../model/time';

/** Whose things are shown, who we are, and where Pipelines is. */
export function ConnectionDetails(props: {
  status: Status | undefined;
  error: ApiError | null;
  choice: NamespaceChoice;
  /** Increases when it shall run the probes. */
  checks: number;
}): JSX.Element {
  const trans = useTrans();
  const { insertCell } = useHost();
  const { status, choice, checks } = props;
  const { namespace } = choice;
  return (
    <>
      <NamespaceField
        {...choice}
        usual={status?.settings.namespace.value ?? ''}
      />
      {namespace && insertCell && (
        <p className="jp-kfp-Muted">
          {trans.__('Notebooks keep their own namespace.')}{' '}
          <Button
            onClick={() =>
              insertCell(
                `%load_ext jupyter_kfp_auth\n%kfp use -n ${namespace}\n`
              )
            }
          >
            {trans.__('Insert %1', `%kfp use -n ${namespace}`)}
          </Button>
        </p>
      )}
      <Check key={checks} begin={checks > 0} />
      {status && <StatusFacts status={status} />}
    </>
  );
}

function StatusFacts({ status }: { status: Status }): JSX.Element {
  const trans = useTrans();
  const now = useNow();
  const { settings, token, pipelines } = status;
  return (
    <Facts
      facts={[
        [trans.__('Identity'), status.identity],
        [trans.__('Host'), withOrigin(settings.host, trans)],
        [trans.__('Namespace'), withOrigin(settings.namespace, trans)],
        [
          trans.__('Token'),
          <TokenFact key="token" status={status} now={now} />
        ],
        [trans.__('Token file'), withOrigin(settings.token_path, trans)],
        [trans.__('Audience'), token.audience.join(', ')],
        [trans.__('CA bundle'), withOrigin(settings.ca_cert, trans)],
        [trans.__('Web page'), withOrigin(settings.ui_url, trans)],
        [
          trans.__('API server'),
          [pipelines.release, pipelines.api].filter(Boolean).join(' · ')
        ],
        [trans.__('Refreshed'), updatesText(status, trans)],
        [
          trans.__('Versions'),
          Object.entries(status.versions)
            .map(([name, version]) => `${name} ${version}`)
            .join(', ')
        ]
      ]}
    />
  );
}

/** How this page learns of changes, and why it is not more often. */
function updatesText({ updates }: Status, trans: Trans): string {
  if (!updates) {
    return '';
  }
  if (updates.mode === 'watch') {
    return trans.__('live: runs are watched');
  }
  const seconds = Math.round(updates.interval_seconds ?? 0);
  switch (updates.reason) {
    case 'busy':
      return trans.__('every %1 s: Pipelines is busy', seconds);
    case 'away':
      return trans.__('every %1 s: Pipelines does not answer', seconds);
    default:
      return trans.__('every %1 s', seconds);
  }
}

function TokenFact(props: { status: Status; now: number }): JSX.Element {
  const trans = useTrans();
  const { token, pipelines } = props.status;
  if (!token.present) {
    return (
      <>
        {pipelines.multi_user === false
          ? trans.__('Not needed')
          : trans.__('None')}
      </>
    );
  }
  if (!token.expires_at) {
    return <>{trans.__('Present, no expiry')}</>;
  }
  const expires = new Date(token.expires_at);
  const left = distance(expires, props.now, trans);
  return (
    <span title={exactTime(expires, trans)}>
      {expires.getTime() > props.now
        ? trans.__('Expires %1', left)
        : trans.__('Expired %1', left)}
    </span>
  );
}

/** Runs the probes when asked. */
function Check(props: { begin: boolean }): JSX.Element {
  const trans = useTrans();
  const { store, namespace } = useEnvironment();
  const { api } = store;
  const [found, setFound] = React.useState<Diagnosis | ApiError | 'busy'>();
  const check = () => {
    setFound('busy');
    api.diagnosis({ namespace }).then(
      ({ data }) => setFound(data),
      (error: unknown) => setFound(ApiError.of(error))
    );
  };
  const begun = React.useRef(!props.begin);
  React.useEffect(() => {
    if (!begun.current) {
      begun.current = true;
      check();
    }
  });
  if (found instanceof ApiError) {
    return <ErrorView error={found} onRetry={check} />;
  }
  return (
    <>
      <Button onClick={check}>
        {found === 'busy'
          ? trans.__('Checking…')
          : trans.__('Check Connection')}
      </Button>
      {found && found !== 'busy' && <DiagnosisView diagnosis={found} />}
    </>
  );
}

/** A setting's value and where it comes from; empty when nothing sets it. */
function withOrigin(setting: Setting, trans: Trans): React.ReactNode {
  return (
    setting.value && (
      <>
        {setting.value}
        <span className="jp-kfp-Muted jp-kfp-Origin">
          {trans.__('from %1', setting.origin)}
        </span>
      </>
    )
  );
}
