import * as React from 'react';

import { useActs } from '../components/acts';
import { IconButton } from '../components/controls';
import { useEnvironment } from '../model/environment';
import { useHost } from '../model/host';
import type { MenuItem } from '../model/menu';
import type { Navigator } from '../model/navigator';

/** What can be done to the panel itself. */
export function PanelMenu(props: { navigator: Navigator }): JSX.Element {
  const { trans, store } = useEnvironment();
  const { openSettings } = useHost();
  const acts = useActs();
  const box = React.useRef<HTMLSpanElement>(null);
  const items: MenuItem[] = [
    {
      id: 'refresh',
      label: trans.__('Refresh'),
      icon: 'refresh',
      run: () => void store.lookAgain()
    },
    {
      id: 'check',
      label: trans.__('Check Connection'),
      icon: 'succeeded',
      run: () => props.navigator.reveal(true)
    }
  ];
  if (openSettings) {
    items.push({
      id: 'settings',
      label: trans.__('Settings'),
      icon: 'settings',
      run: openSettings
    });
  }
  return (
    <span ref={box}>
      <IconButton
        icon="more"
        label={trans.__('Panel menu')}
        onClick={() => {
          if (box.current) {
            acts.popUp(items, box.current);
          }
        }}
      />
    </span>
  );
}
