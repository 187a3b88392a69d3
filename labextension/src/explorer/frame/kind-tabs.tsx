import * as React from 'react';

import { useTrans } from '../model/environment';
import type { ViewKind } from '../model/navigation';

/** The kinds of things to look at. */
export function KindTabs(props: {
  selected: ViewKind | undefined;
  sections?: readonly ViewKind[];
  onSelect: (kind: ViewKind) => void;
}): JSX.Element {
  const trans = useTrans();
  const tabs: readonly (readonly [ViewKind, string])[] = [
    ['experiments', trans.__('Experiments')],
    ['runs', trans.__('Runs')],
    ['recurring-runs', trans.__('Recurring')],
    ['pipelines', trans.__('Pipelines')]
  ];
  const { selected, sections } = props;
  const shown = tabs.filter(
    ([kind]) => !sections || sections.includes(kind) || kind === selected
  );
  return (
    <nav className="jp-kfp-Tabs" aria-label={trans.__('Kinds')}>
      {shown.map(([kind, label]) => (
        <button
          key={kind}
          type="button"
          className="jp-kfp-Tab"
          aria-current={kind === selected ? 'page' : undefined}
          onClick={() => props.onSelect(kind)}
        >
          {label}
        </button>
      ))}
    </nav>
  );
}
