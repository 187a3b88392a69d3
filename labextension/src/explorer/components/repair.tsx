import * as React from 'react';

import { ApiError } from '../api/errors';
import type { RepairOutcome, RepairPlan } from '../api/types';
import { errorText } from '../model/causes';
import { useApi, useTrans } from '../model/environment';
import { Button, CopyButton } from './controls';

/** The causes that another token would remove. */
const REPAIRABLE = new Set([
  'identity-missing',
  'token-audience',
  'token-empty',
  'token-expired',
  'token-invalidated',
  'token-malformed',
  'token-missing',
  'token-rejected',
  'token-unreadable'
]);

type State =
  | { step: 'offered' }
  | { step: 'busy' }
  | { step: 'planned'; plan: RepairPlan }
  | { step: 'done'; outcome: RepairOutcome }
  | { step: 'failed'; error: ApiError };

/**
 * Does the doctor's next step where the cluster allows it: shows exactly what
 * would change, and changes it only after a yes.
 */
export function Repair(props: {
  cause: string;
  onRepaired: () => void;
}): JSX.Element | null {
  const trans = useTrans();
  const api = useApi();
  const [state, setState] = React.useState<State>({ step: 'offered' });

  const attempt = (work: () => Promise<State>) => () => {
    setState({ step: 'busy' });
    work().then(setState, (error: unknown) =>
      setState({
        step: 'failed',
        error:
          error instanceof ApiError
            ? error
            : ApiError.local('unexpected-answer')
      })
    );
  };
  const plan = attempt(async () => ({
    step: 'planned',
    plan: (await api.repairPlan()).data
  }));
  const apply = (key: string) =>
    attempt(async () => {
      const outcome = await api.applyRepair(key);
      if (outcome.ok && !outcome.restart) {
        props.onRepaired();
      }
      return { step: 'done', outcome };
    });

  if (!REPAIRABLE.has(props.cause)) {
    return null;
  }
  switch (state.step) {
    case 'offered':
      return (
        <Button onClick={plan}>{trans.__('See what can be repaired')}</Button>
      );
    case 'busy':
      return <p role="status">{trans.__('Asking the cluster…')}</p>;
    case 'planned':
      return (
        <PlanView
          plan={state.plan}
          onYes={apply(state.plan.key)}
          onNo={() => setState({ step: 'offered' })}
        />
      );
    case 'done':
      return <p role="status">{errorText(state.outcome, trans)}</p>;
    case 'failed':
      return (
        <>
          <p role="alert">{errorText(state.error, trans)}</p>
          <Button onClick={plan}>{trans.__('Look again')}</Button>
        </>
      );
  }
}

function PlanView(props: {
  plan: RepairPlan;
  onYes: () => void;
  onNo: () => void;
}): JSX.Element {
  const trans = useTrans();
  const { plan } = props;
  const changes = plan.remedy === 'mint' || plan.remedy === 'mount';
  const text = plan.letter || plan.change;
  return (
    <section className="jp-kfp-Repair" aria-label={trans.__('Repair')}>
      <p>{plan.message}</p>
      {plan.restart && (
        <p>
          <strong>{trans.__('The notebook server restarts.')}</strong>
        </p>
      )}
      {plan.reasons.length > 0 && (
        <ul className="jp-kfp-Muted">
          {plan.reasons.map(reason => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      {text && (
        <pre className="jp-kfp-Paste" tabIndex={0}>
          {text}
        </pre>
      )}
      {text && !changes && <CopyButton text={text} label={trans.__('Copy')} />}
      {changes && (
        <Button primary onClick={props.onYes}>
          {trans.__('Do this')}
        </Button>
      )}
      <Button onClick={props.onNo}>
        {changes ? trans.__('Cancel') : trans.__('Close')}
      </Button>
    </section>
  );
}
