import * as React from 'react';

import { IconButton } from '../components/controls';
import { Icon } from '../components/icons';
import { useTrans } from '../model/environment';

/** Said when the panel and the server speak different interfaces. */
export function Skew(): JSX.Element | null {
  const trans = useTrans();
  const [dismissed, setDismissed] = React.useState(false);
  if (dismissed) {
    return null;
  }
  return (
    <div className="jp-kfp-Banner jp-mod-warning" role="status">
      <Icon name="warning" />
      <span>
        {trans.__(
          'This panel and the Jupyter server have different versions of jupyter-kfp-auth. Restart the server and reload this page.'
        )}
      </span>
      <IconButton
        icon="close"
        label={trans.__('Dismiss')}
        onClick={() => setDismissed(true)}
      />
    </div>
  );
}
