import * as React from 'react';

import type { Run } from '../api/types';
import { useTrans } from '../model/environment';
import { useHost } from '../model/host';
import type { MenuItem } from '../model/menu';
import { statusOf } from '../model/states';
import type { Subject } from '../model/subject';
import { useActs } from './acts';
import type { IconName } from './icons';
import type { ToolbarItem } from './toolbar';
import { Toolbar } from './toolbar';

/** The one action that a run's state asks for, by the ids of its menu. */
function primaryOf(run: Run): string {
  if (run.storage_state === 'ARCHIVED') {
    return 'restore';
  }
  switch (statusOf(run)) {
    case 'failed':
    case 'terminated':
      return 'retry';
    case 'pending':
    case 'running':
    case 'paused':
      return 'terminate';
    default:
      return 'clone';
  }
}

/** A run's primary action, and all others behind one button. */
export function RunActions(props: {
  run: Run;
  /** Whether there is room for cloning, too. */
  wide?: boolean;
}): JSX.Element {
  const trans = useTrans();
  const acts = useActs();
  const { openRun, inTab } = useHost();
  const { run } = props;
  const subject: Subject = { kind: 'run', item: run };
  const menu = acts
    .menuOf([subject])
    .filter((entry): entry is MenuItem => entry !== 'separator');
  const wanted = primaryOf(run);
  const first = menu.find(({ id }) => id === wanted);
  const items: ToolbarItem[] = [];
  if (first) {
    items.push({
      id: first.id,
      label: first.label,
      icon: first.icon as IconName,
      words: true,
      primary: first.id !== 'terminate',
      run: () => first.run?.()
    });
  }
  const clone = menu.find(({ id }) => id === 'clone');
  if (props.wide && clone && clone !== first) {
    items.push({
      id: clone.id,
      label: clone.label,
      icon: clone.icon as IconName,
      words: true,
      run: () => clone.run?.()
    });
  }
  if (openRun && !inTab) {
    items.push({
      id: 'open-tab',
      label: trans.__('Open %1 in a tab', run.display_name),
      icon: 'window',
      run: () => openRun(run)
    });
  }
  items.push({
    id: 'more',
    label: trans.__('Actions for %1', run.display_name),
    icon: 'more',
    run: button => acts.openMenu([subject], button)
  });
  return (
    <Toolbar
      label={trans.__('Actions for %1', run.display_name)}
      items={items}
    />
  );
}
