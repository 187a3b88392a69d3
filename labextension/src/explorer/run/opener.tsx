import * as React from 'react';

import type { Run } from '../api/types';
import { IconButton } from '../components/controls';
import { useTrans } from '../environment';

type OpenRun = (run: Pick<Run, 'run_id' | 'display_name'>) => void;

const Context = React.createContext<OpenRun | null>(null);

/** Around an explorer whose host can show a run elsewhere, too. */
export const OpenRunProvider = Context.Provider;

/** Shows a run in a tab of its own, where the host has tabs. */
export function OpenRunButton({ run }: { run: Run }): JSX.Element | null {
  const trans = useTrans();
  const openRun = React.useContext(Context);
  return (
    openRun && (
      <IconButton
        icon="document"
        label={trans.__('Open %1 in a tab', run.display_name)}
        onClick={() => openRun(run)}
      />
    )
  );
}
