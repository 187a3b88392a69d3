import * as React from 'react';

import type { Run } from '../api/types';
import { IconButton } from '../components/controls';
import { useTrans } from '../model/environment';
import { useActionsHost } from '../model/host';

/** Shows a run in a tab of its own, where the host has tabs and this is none. */
export function OpenRunButton({ run }: { run: Run }): JSX.Element | null {
  const trans = useTrans();
  const { openRun, inTab } = useActionsHost();
  return openRun && !inTab ? (
    <IconButton
      icon="document"
      label={trans.__('Open %1 in a tab', run.display_name)}
      onClick={() => openRun(run)}
    />
  ) : null;
}
