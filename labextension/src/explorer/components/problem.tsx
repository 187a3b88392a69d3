import * as React from 'react';

import type { ApiError } from '../api/errors';
import type { Diagnosis } from '../api/types';
import { causeText } from '../model/causes';
import { useEnvironment, useTrans } from '../model/environment';
import type { Trans } from '../model/i18n';
import { problemUrl } from '../model/links';
import { Button, CopyButton, Disclosure } from './controls';
import type { IconName } from './icons';
import { Icon } from './icons';
import { Repair } from './repair';
import { reportOf } from './report';
import { Strip } from './strip';

/** What is wrong and what to do about it. */
interface Problem {
  cause: string;
  message: string;
  nextStep: string;
  paste: string;
  who: string;
  checks: Diagnosis['checks'];
}

/** In place of data that could not be had: one cause, one next step. */
export function ErrorView(props: {
  error: ApiError;
  onRetry: () => void;
  /** Which one was asked for, where it is not the one that is shown. */
  namespace?: string;
}): JSX.Element {
  const trans = useTrans();
  const diagnosis = useDiagnosis(props.error, props.namespace);
  useRecheck(props.error);
  return (
    <div className="jp-kfp-Problem" role="alert">
      <ProblemText problem={problemOf(props.error, diagnosis, trans)}>
        <Repair cause={props.error.cause} onRepaired={props.onRetry} />
      </ProblemText>
      <Button primary onClick={props.onRetry}>
        {trans.__('Try Again')}
      </Button>
    </div>
  );
}

/** Says that what is shown is not current, and leads to what can be done. */
export function StaleBanner(props: {
  error: ApiError;
  onRetry: () => void;
  /** Shows the whole problem, where there is a page for it. */
  onExplain?: () => void;
}): JSX.Element {
  const trans = useTrans();
  const { message } = problemOf(props.error, null, trans);
  useRecheck(props.error);
  return (
    <Strip
      kind="warning"
      text={
        props.error.cause === 'rbac-denied'
          ? trans.__('Refused: %1', message)
          : trans.__('Not updated: %1', message)
      }
      actions={
        <>
          {props.onExplain && (
            <Button onClick={props.onExplain}>{trans.__('What to Do')}</Button>
          )}
          <Button onClick={props.onRetry}>{trans.__('Try Now')}</Button>
        </>
      }
    />
  );
}

/** Above what is there: why something could not be had or done. */
export function ErrorBanner(props: {
  error: ApiError;
  /** What can be done about it. */
  children?: React.ReactNode;
}): JSX.Element {
  const trans = useTrans();
  const { message, nextStep, paste } = problemOf(props.error, null, trans);
  return (
    <div className="jp-kfp-Refusal" role="alert">
      <div className="jp-kfp-Banner jp-mod-warning">
        <Icon name="warning" />
        <span>
          {message} {nextStep}
        </span>
        {props.children}
      </div>
      {paste && <Paste text={paste} />}
    </div>
  );
}

/** Text to paste elsewhere. */
export function Paste({ text }: { text: string }): JSX.Element {
  const trans = useTrans();
  return (
    <>
      <pre className="jp-kfp-Paste" tabIndex={0}>
        {text}
      </pre>
      <CopyButton text={text} label={trans.__('Copy')} />
    </>
  );
}

/** What the probes found. */
export function DiagnosisView(props: { diagnosis: Diagnosis }): JSX.Element {
  const trans = useTrans();
  const { store, status } = useEnvironment();
  const { diagnosis } = props;
  if (diagnosis.ok) {
    return (
      <div className="jp-kfp-Problem">
        <p className="jp-kfp-Problem-message">
          <Icon name="succeeded" className="jp-kfp-State jp-mod-succeeded" />
          {diagnosis.message || trans.__('Everything is in place.')}
        </p>
        <Checks checks={diagnosis.checks} />
        <CopyButton
          text={reportOf(diagnosis, status)}
          label={trans.__('Copy Report')}
        />
      </div>
    );
  }
  return (
    <div className="jp-kfp-Problem">
      <ProblemText problem={problemOfDiagnosis(diagnosis, trans)}>
        <Repair cause={diagnosis.cause} onRepaired={store.recheck} />
      </ProblemText>
    </div>
  );
}

/** Whether what there is to paste goes into a cell of the user's own. */
function isCommand(paste: string): boolean {
  return paste.startsWith('%');
}

function ProblemText(props: {
  problem: Problem;
  /** What this page can do about it, right below the next step. */
  children?: React.ReactNode;
}): JSX.Element {
  const trans = useTrans();
  const { status } = useEnvironment();
  const { problem } = props;
  return (
    <>
      <p className="jp-kfp-Problem-message">
        <Icon name="failed" className="jp-kfp-State jp-mod-failed" />
        <span>{problem.message}</span>
      </p>
      {problem.nextStep && <p>{problem.nextStep}</p>}
      {props.children}
      {problem.who === 'administrator' && (
        <p className="jp-kfp-Muted">
          {problem.paste && !isCommand(problem.paste)
            ? trans.__('Your administrator can do this; send them this text:')
            : trans.__('Your administrator can do this.')}
        </p>
      )}
      {problem.paste && <Paste text={problem.paste} />}
      {problem.checks.length > 0 && (
        <>
          <Disclosure title={trans.__('What was checked')}>
            {() => <Checks checks={problem.checks} />}
          </Disclosure>
          <CopyButton
            text={reportOf({ ...problem, next_step: problem.nextStep }, status)}
            label={trans.__('Copy Report')}
          />
        </>
      )}
      <a
        className="jp-kfp-Problem-cause"
        href={problemUrl(problem.cause)}
        target="_blank"
        rel="noopener noreferrer"
      >
        {trans.__('Cause: %1', problem.cause)}
      </a>
    </>
  );
}

const OUTCOMES: Readonly<
  Record<Diagnosis['checks'][number]['outcome'], [IconName, string]>
> = {
  passed: ['succeeded', 'succeeded'],
  failed: ['failed', 'failed'],
  warning: ['warning', 'paused'],
  skipped: ['skipped', 'skipped']
};

function outcomeWord(
  outcome: Diagnosis['checks'][number]['outcome'],
  trans: Trans
): string {
  switch (outcome) {
    case 'passed':
      return trans.__('passed');
    case 'failed':
      return trans.__('failed');
    case 'warning':
      return trans.__('warning');
    case 'skipped':
      return trans.__('skipped');
  }
}

function Checks(props: { checks: Diagnosis['checks'] }): JSX.Element {
  const trans = useTrans();
  return (
    <ul className="jp-kfp-Checks">
      {props.checks.map(check => {
        const [icon, state] = OUTCOMES[check.outcome];
        return (
          <li key={check.name}>
            <Icon name={icon} className={`jp-kfp-State jp-mod-${state}`} />
            <span>
              {trans.__(
                '%1: %2',
                check.title,
                outcomeWord(check.outcome, trans)
              )}
              {check.detail && (
                <span className="jp-kfp-Muted jp-kfp-Checks-detail">
                  {check.detail}
                </span>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/**
 * Run the probes once for an error that came from Pipelines: only they know what
 * to paste.
 */
function useDiagnosis(
  error: ApiError,
  asked: string | undefined
): Diagnosis | null {
  const { store, namespace: shown } = useEnvironment();
  const { api } = store;
  const namespace = asked ?? shown;
  const [found, setFound] = React.useState<Diagnosis | null>(null);
  const asks =
    error.nextStep !== '' &&
    (error.status >= 500 || error.cause === 'rbac-denied');
  React.useEffect(() => {
    if (!asks) {
      return;
    }
    const controller = new AbortController();
    api.diagnosis({ signal: controller.signal, namespace }).then(
      ({ data }) => setFound(data),
      () => undefined // The error itself says enough.
    );
    return () => controller.abort();
  }, [api, asks, error.cause, namespace]);
  return asks ? found : null;
}

/** The connection is looked at when a problem comes and when it has gone. */
function useRecheck({ cause }: ApiError): void {
  const { recheck } = useEnvironment().store;
  React.useEffect(() => {
    recheck();
    return recheck;
  }, [recheck, cause]);
}

function problemOf(
  error: ApiError,
  diagnosis: Diagnosis | null,
  trans: Trans
): Problem {
  if (diagnosis && !diagnosis.ok) {
    return problemOfDiagnosis(diagnosis, trans);
  }
  const problem = {
    cause: error.cause,
    message: causeText(error.cause, error.message, trans),
    nextStep: causeText(error.cause, error.nextStep, trans),
    paste: error.paste,
    who: '',
    checks: diagnosis?.checks ?? []
  };
  switch (error.cause) {
    case 'server-extension-missing':
      return {
        ...problem,
        message: trans.__(
          'The Jupyter server does not run the server part of this extension.'
        ),
        nextStep: trans.__(
          'Enable it with these commands in a terminal, in the environment of the Jupyter server, and restart the server.'
        ),
        paste:
          'jupyter server extension enable jupyter_kfp_auth\njupyter server extension list'
      };
    case 'signed-out':
      return {
        ...problem,
        message: trans.__('Your session with the Jupyter server has ended.'),
        nextStep: trans.__('Reload this page to sign in again.')
      };
    case 'jupyter-away':
      return {
        ...problem,
        message: trans.__('The Jupyter server does not answer.'),
        nextStep: trans.__(
          'Check your connection. This view reconnects automatically.'
        )
      };
    case 'kernel-away':
      return {
        ...problem,
        message: trans.__('The kernel does not answer.'),
        nextStep: trans.__('Run the cell again.')
      };
    case 'unexpected-answer':
      return {
        ...problem,
        message: error.status
          ? trans.__(
              'The Jupyter server gave an unexpected answer (HTTP %1).',
              error.status
            )
          : trans.__('The Jupyter server gave an unexpected answer.'),
        nextStep: trans.__('See the Jupyter server log.')
      };
    default:
      return problem;
  }
}

function problemOfDiagnosis(diagnosis: Diagnosis, trans: Trans): Problem {
  const { cause, paste, who, checks } = diagnosis;
  const message = causeText(cause, diagnosis.message, trans);
  const nextStep = causeText(cause, diagnosis.next_step, trans);
  return { cause, message, nextStep, paste, who, checks };
}
