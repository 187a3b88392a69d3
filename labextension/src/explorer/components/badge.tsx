import * as React from 'react';

import { useTrans } from '../model/environment';
import { Icon } from './icons';

/** After a name: that the thing is archived. */
export function Badge(props: { archived: boolean }): JSX.Element | null {
  const trans = useTrans();
  return props.archived ? (
    <span className="jp-kfp-Badge" title={trans.__('archived')}>
      <Icon name="archive" />
      <span className="jp-kfp-Hidden">{trans.__('archived')}</span>
    </span>
  ) : null;
}
