import * as React from 'react';

import { useTrans } from '../model/environment';
import { IconButton } from './controls';
import type { IconName } from './icons';
import { Icon } from './icons';

/** What a strip is for: its colour, its icon, and how it is read aloud. */
export type StripKind = 'question' | 'warning' | 'refused' | 'info';

const ICONS: Readonly<Record<StripKind, IconName>> = {
  question: 'warning',
  warning: 'warning',
  refused: 'failed',
  info: 'info'
};

const ROLES: Readonly<Record<StripKind, string>> = {
  question: 'alertdialog',
  warning: 'status',
  refused: 'alert',
  info: 'status'
};

/** One sentence with what can be done about it, in a fixed place: nothing modal. */
export function Strip(props: {
  kind: StripKind;
  text: React.ReactNode;
  /** Buttons, the first one first. */
  actions?: React.ReactNode;
  /** Under the sentence. */
  children?: React.ReactNode;
  onClose?: () => void;
}): JSX.Element {
  const trans = useTrans();
  const { kind, onClose } = props;
  const id = React.useId();
  return (
    <div
      className={`jp-kfp-Note jp-mod-${kind}`}
      role={ROLES[kind]}
      aria-labelledby={id}
      onKeyDown={event => {
        if (event.key === 'Escape' && onClose) {
          event.stopPropagation();
          onClose();
        }
      }}
    >
      <Icon name={ICONS[kind]} />
      <div className="jp-kfp-Note-text">
        <span id={id}>{props.text}</span>
        {props.children}
      </div>
      <span className="jp-kfp-Note-actions">
        {props.actions}
        {onClose && kind !== 'question' && (
          <IconButton
            icon="close"
            label={trans.__('Dismiss')}
            onClick={onClose}
          />
        )}
      </span>
    </div>
  );
}
