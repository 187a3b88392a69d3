import * as React from 'react';

import { errorText } from '../model/causes';
import { useTrans } from '../model/environment';
import { useActs } from './acts';
import { Button } from './controls';
import { Paste } from './problem';
import { Strip } from './strip';

/** What is asked before an action, and what has come of one. */
export function ActStrip(): JSX.Element | null {
  const trans = useTrans();
  const { question, answer, outcome, dismiss } = useActs();
  const cancel = React.useRef<HTMLSpanElement>(null);
  React.useEffect(() => {
    if (question) {
      cancel.current?.querySelector('button')?.focus();
    }
  }, [question]);
  if (question) {
    return (
      <Strip
        kind="question"
        text={question.text}
        onClose={() => answer(false)}
        actions={
          <>
            <button
              type="button"
              className="jp-kfp-Button jp-mod-warn"
              // The second click of two is meant for what was there at the first.
              onClick={event => event.detail < 2 && answer(true)}
            >
              {question.action.label}
            </button>
            <span ref={cancel}>
              <Button onClick={() => answer(false)}>
                {trans.__('Cancel')}
              </Button>
            </span>
          </>
        }
      />
    );
  }
  if (!outcome) {
    return null;
  }
  const { text, error, undo } = outcome;
  return (
    <Strip
      kind={error ? 'refused' : 'info'}
      text={error ? `${text} ${errorText(error, trans)}` : text}
      onClose={dismiss}
      actions={
        undo && (
          <Button
            onClick={() => {
              dismiss();
              undo();
            }}
          >
            {trans.__('Undo')}
          </Button>
        )
      }
    >
      {error?.paste && <Paste text={error.paste} />}
    </Strip>
  );
}
