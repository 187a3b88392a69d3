import * as React from 'react';

import type { ApiError } from '../api/errors';
import type { Status } from '../api/types';
import type { NamespaceChoice } from '../components/namespace-field';
import { FootSlotProvider } from '../components/foot';
import { Icon } from '../components/icons';
import type { IconName } from '../components/icons';
import { Popover } from '../components/popover';
import { useTrans } from '../model/environment';
import type { Trans } from '../model/i18n';
import { ConnectionDetails } from '../views/connection';

/**
 * Around a view: its foot of one line, with the connection at the left, and what the view
 * says of its own data beside it.
 */
export function ConnectionFoot(props: {
  status: Status | undefined;
  error: ApiError | null;
  choice: NamespaceChoice;
  /** True where the host knows that the answers come from the sandbox. */
  standIn?: boolean;
  /** Increases when it shall open. */
  reveals: number;
  /** Increases when it shall run the probes. */
  checks: number;
  children: React.ReactNode;
}): JSX.Element {
  const trans = useTrans();
  const { status, error, choice, reveals, checks } = props;
  const [slot, setSlot] = React.useState<HTMLElement | null>(null);
  const [opened, setOpened] = React.useState(reveals > 0);
  const [revealed, setRevealed] = React.useState(reveals);
  if (revealed !== reveals) {
    setRevealed(reveals);
    setOpened(true);
  }
  const button = React.useRef<HTMLButtonElement>(null);
  const close = React.useCallback(() => setOpened(false), []);
  const shown = shownOf(props, trans);
  return (
    <FootSlotProvider value={slot}>
      {props.children}
      <footer className="jp-kfp-Foot">
        <button
          ref={button}
          type="button"
          className="jp-kfp-Foot-connection"
          aria-expanded={opened}
          aria-label={trans.__('Connection: %1', shown.text)}
          title={shown.title}
          onClick={() => setOpened(!opened)}
        >
          <Icon
            name={shown.icon}
            className={`jp-kfp-State jp-mod-${shown.state}`}
          />
          <span>{shown.text}</span>
          <Icon name="open" />
        </button>
        <div className="jp-kfp-Foot-slot" ref={setSlot} />
        {opened && (
          <Popover
            label={trans.__('Connection')}
            side="above"
            anchor={button}
            onClose={close}
          >
            <ConnectionDetails
              status={status}
              error={error}
              choice={choice}
              checks={checks}
            />
          </Popover>
        )}
      </footer>
    </FootSlotProvider>
  );
}

interface Shown {
  icon: IconName;
  state: string;
  text: string;
  title: string;
}

function shownOf(
  props: {
    status: Status | undefined;
    error: ApiError | null;
    choice: NamespaceChoice;
    standIn?: boolean;
  },
  trans: Trans
): Shown {
  const { status, error, choice } = props;
  const failure = error ?? (status?.ok === false ? status.error : null);
  if (failure) {
    const refused = failure.cause === 'rbac-denied';
    return {
      icon: 'warning',
      state: 'paused',
      text: refused ? trans.__('Refused') : trans.__('Not connected'),
      title: failure.message
    };
  }
  if (!status) {
    return {
      icon: 'pending',
      state: 'pending',
      text: trans.__('Connecting…'),
      title: ''
    };
  }
  const namespace =
    choice.namespace ||
    status.settings.namespace.value ||
    trans.__('Connected');
  const sandbox = props.standIn || status.pipelines.stand_in;
  return {
    icon: 'check',
    state: 'succeeded',
    text: sandbox ? trans.__('%1 (sandbox)', namespace) : namespace,
    title: sandbox
      ? trans.__('This is the sandbox, a stand-in for a cluster.')
      : trans.__('Namespace and connection')
  };
}
