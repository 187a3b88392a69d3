import * as React from 'react';
import { createPortal } from 'react-dom';

import { useTrans } from '../model/environment';
import { IconButton } from './controls';
import { Icon } from './icons';
import { RelativeTime } from './time';

const Slot = React.createContext<HTMLElement | null>(null);

/** Where the foot of the view that is shown goes. */
export const FootSlotProvider = Slot.Provider;

/** How much there is, how old it is, and the way to newer data; in the frame's one foot. */
export function Footer(props: {
  /** When Pipelines gave the data (milliseconds since 1970). */
  at: number;
  onRefresh: () => void;
  /** Whether what is shown is out of date. */
  stale?: boolean;
  children: React.ReactNode;
}): JSX.Element {
  const trans = useTrans();
  const slot = React.useContext(Slot);
  const content = (
    <>
      {props.children}
      <span className="jp-kfp-Age">
        {props.stale && <Icon name="warning" className="jp-kfp-Warning" />}
        <RelativeTime time={props.at} />
      </span>
      <IconButton
        icon="refresh"
        label={trans.__('Refresh')}
        onClick={props.onRefresh}
      />
    </>
  );
  return slot ? (
    createPortal(content, slot)
  ) : (
    <div className="jp-kfp-Footer">{content}</div>
  );
}
