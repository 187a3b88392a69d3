import * as React from 'react';

import { Button, CopyButton, IconButton } from '../components/controls';
import { Icon } from '../components/icons';
import { ErrorBanner } from '../components/problem';
import { useEnvironment, useTrans } from '../model/environment';
import type { Action } from '../components/actions';
import { useChange, useChanges } from '../model/change-hooks';
import { useActionsHost } from '../model/host';

/** What can be done to one thing: it asks before what cannot be undone. */
export function ActionBar(props: {
  id: string;
  /** The thing's name. */
  name: string;
  actions: readonly Action[];
  /** Python that gets this thing, where the host can insert it. */
  code?: string;
  /** Called when Pipelines has agreed to an action. */
  onDone?: (action: Action) => void;
  children?: React.ReactNode;
  /** Under the buttons. */
  below?: React.ReactNode;
}): JSX.Element {
  const trans = useTrans();
  const { announce, store } = useEnvironment();
  const { insertCode } = useActionsHost();
  const changes = useChanges();
  const change = useChange(props.id);
  const [asked, setAsked] = React.useState<Action | null>(null);
  const { id, name, actions, code } = props;
  const busy = change?.busy ?? false;
  const question = actions.find(action => action.name === asked?.name);
  const bar = useKeptFocus(actions.map(action => action.name).join());

  const act = (action: Action) => {
    setAsked(null);
    void changes
      .act(id, action.patch, () => action.send(store.api))
      .then(done => {
        if (done) {
          announce(action.done);
          props.onDone?.(action);
        }
      });
  };
  return (
    <div
      ref={bar}
      className="jp-kfp-Actions"
      role="group"
      aria-label={trans.__('Actions for %1', name)}
      aria-busy={busy}
      tabIndex={-1}
    >
      {question ? (
        <Question
          action={question}
          onYes={() => act(question)}
          onNo={() => setAsked(null)}
        />
      ) : (
        <div className="jp-kfp-Actions-buttons">
          {actions.map(action => (
            <ActionButton
              key={action.name}
              action={action}
              disabled={busy}
              onClick={() => (action.question ? setAsked(action) : act(action))}
            />
          ))}
          {props.children}
          {code && insertCode && (
            <Button onClick={() => insertCode(code)}>
              <Icon name="code" />
              {trans.__('Insert Python')}
            </Button>
          )}
          <CopyButton text={id} label={trans.__('Copy id')} />
        </div>
      )}
      {change?.error && (
        <ErrorBanner error={change.error}>
          <IconButton
            icon="close"
            label={trans.__('Dismiss')}
            onClick={() => changes.dismiss(id)}
          />
        </ErrorBanner>
      )}
      {props.below}
    </div>
  );
}

function ActionButton(props: {
  action: Action;
  disabled: boolean;
  onClick: () => void;
}): JSX.Element {
  const { action, disabled } = props;
  return (
    <button
      type="button"
      className="jp-kfp-Button"
      aria-disabled={disabled}
      // The second click of two is meant for what was there at the first.
      onClick={event => event.detail < 2 && !disabled && props.onClick()}
    >
      <Icon name={action.icon} />
      {action.label}
    </button>
  );
}

/** Asks; the answer that changes nothing has the focus. */
function Question(props: {
  action: Action;
  onYes: () => void;
  onNo: () => void;
}): JSX.Element {
  const trans = useTrans();
  const id = React.useId();
  const no = React.useRef<HTMLButtonElement>(null);
  React.useEffect(() => no.current?.focus(), []);
  return (
    <div
      role="alertdialog"
      aria-labelledby={id}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          props.onNo();
        }
      }}
    >
      <p id={id}>{props.action.question}</p>
      <div className="jp-kfp-Actions-buttons">
        <button
          type="button"
          className="jp-kfp-Button jp-mod-warn"
          onClick={event => event.detail < 2 && props.onYes()}
        >
          {props.action.label}
        </button>
        <button
          ref={no}
          type="button"
          className="jp-kfp-Button"
          onClick={props.onNo}
        >
          {trans.__('Cancel')}
        </button>
      </div>
    </div>
  );
}

/** Keeps the focus in the bar when the button that had it has gone. */
function useKeptFocus(content: string): React.RefObject<HTMLDivElement> {
  const element = React.useRef<HTMLDivElement>(null);
  const had = React.useRef(content);
  React.useEffect(() => {
    const focused = document.activeElement;
    if (had.current !== content && (!focused || focused === document.body)) {
      element.current?.focus({ preventScroll: true });
    }
    had.current = content;
  }, [content]);
  return element;
}
