import * as React from 'react';

import { ApiError } from '../api/errors';
import { Button } from './controls';
import { ErrorView } from './problem';
import { useEnvironment, useTrans } from '../model/environment';
import { isNamespace } from '../model/namespaces';

/** Whose experiments and runs are shown, and how to see those of others. */
export interface NamespaceChoice {
  /** Empty for the configured one. */
  namespace: string;
  /** Those used before, the latest first. */
  remembered: readonly string[];
  onNamespace: (namespace: string) => void;
}

/** A field for the namespace; it is used once Pipelines has shown something of it. */
export function NamespaceField(
  props: NamespaceChoice & {
    /** The configured namespace. */
    usual: string;
  }
): JSX.Element {
  const trans = useTrans();
  const { announce, store } = useEnvironment();
  const { namespace, usual, remembered, onNamespace } = props;
  const [text, setText] = React.useState(namespace || usual);
  const [refused, setRefused] = React.useState<{
    error: ApiError;
    namespace: string;
  } | null>(null);
  const [busy, setBusy] = React.useState(false);
  const [wrong, setWrong] = React.useState(false);
  const id = React.useId();
  const current = namespace || usual;

  const [known, setKnown] = React.useState(current);
  if (known !== current) {
    setKnown(current);
    setText(current);
  }

  const use = async (chosen: string) => {
    const valid = isNamespace(chosen);
    setWrong(!valid);
    setRefused(null);
    if (!valid || busy) {
      return;
    }
    setBusy(true);
    try {
      await store.api.experiments({ namespace: chosen, page_size: 1 });
      onNamespace(chosen === usual ? '' : chosen);
      announce(trans.__('Namespace: %1', chosen));
    } catch (caught) {
      const error = ApiError.of(caught);
      setRefused({ error, namespace: chosen });
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="jp-kfp-Namespace"
      onSubmit={event => {
        event.preventDefault();
        void use(text.trim());
      }}
    >
      <label htmlFor={`${id}-field`}>{trans.__('Namespace')}</label>
      <div className="jp-kfp-Namespace-line">
        <input
          id={`${id}-field`}
          value={text}
          list={`${id}-known`}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={wrong}
          aria-describedby={wrong ? `${id}-wrong` : undefined}
          onChange={event => setText(event.target.value)}
        />
        <datalist id={`${id}-known`}>
          {[...new Set([usual, ...remembered])].filter(Boolean).map(it => (
            <option key={it} value={it} />
          ))}
        </datalist>
        <button
          type="submit"
          className="jp-kfp-Button"
          aria-disabled={busy}
          disabled={text.trim() === current}
        >
          {busy ? trans.__('Asking…') : trans.__('Use')}
        </button>
        {namespace && (
          <Button
            onClick={() => {
              setWrong(false);
              setRefused(null);
              onNamespace('');
            }}
          >
            {trans.__('Back to %1', usual || trans.__('none'))}
          </Button>
        )}
      </div>
      {wrong && (
        <p id={`${id}-wrong`} role="alert">
          {trans.__(
            'A namespace has at most 63 small letters, digits and dashes, with no dash at its ends.'
          )}
        </p>
      )}
      {refused && (
        <ErrorView
          error={refused.error}
          namespace={refused.namespace}
          onRetry={() => void use(refused.namespace)}
        />
      )}
    </form>
  );
}
