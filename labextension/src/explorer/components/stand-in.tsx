import * as React from 'react';

import { useTrans } from '../model/environment';
import { Icon } from './icons';

/** Says that the answers come from no cluster. */
export function StandIn(): JSX.Element {
  const trans = useTrans();
  return (
    <p className="jp-kfp-Banner" role="note">
      <Icon name="info" />
      <span>{trans.__('This is the sandbox, a stand-in for a cluster.')}</span>
    </p>
  );
}
