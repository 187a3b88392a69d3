import * as React from 'react';

import type { IconName } from '../components/icons';
import { Icon } from '../components/icons';
import { useTrans } from '../model/environment';
import type { ViewKind } from '../model/navigation';

/** The kinds of things to look at; arrow keys go from one to another. */
export function KindTabs(props: {
  selected: ViewKind | undefined;
  sections?: readonly ViewKind[];
  onSelect: (kind: ViewKind) => void;
}): JSX.Element {
  const trans = useTrans();
  const { selected, sections, onSelect } = props;
  const list = React.useRef<HTMLDivElement>(null);
  const tabs: readonly (readonly [ViewKind, string, IconName])[] = [
    ['experiments', trans.__('Experiments'), 'experiment'],
    ['runs', trans.__('Runs'), 'runs'],
    ['pipelines', trans.__('Pipelines'), 'pipelines'],
    ['recurring-runs', trans.__('Recurring'), 'recurring']
  ];
  const shown = tabs.filter(
    ([kind]) => !sections || sections.includes(kind) || kind === selected
  );
  const onKeyDown = (event: React.KeyboardEvent) => {
    const index = shown.findIndex(([kind]) => kind === selected);
    const next = {
      ArrowRight: (index + 1) % shown.length,
      ArrowLeft: (index - 1 + shown.length) % shown.length,
      Home: 0,
      End: shown.length - 1
    }[event.key];
    const [kind] = (next !== undefined && shown[next]) || [];
    if (kind && next !== undefined && !event.altKey) {
      event.preventDefault();
      onSelect(kind);
      list.current?.querySelectorAll('button')[next]?.focus();
    }
  };
  return (
    <div
      ref={list}
      className="jp-kfp-Tabs"
      role="tablist"
      aria-label={trans.__('Kinds')}
      onKeyDown={onKeyDown}
    >
      {shown.map(([kind, label, icon], index) => (
        <button
          key={kind}
          type="button"
          role="tab"
          className="jp-kfp-Tab"
          aria-selected={kind === selected}
          title={label}
          tabIndex={kind === selected || (!selected && index === 0) ? 0 : -1}
          onClick={() => onSelect(kind)}
        >
          <Icon name={icon} />
          <span>{label}</span>
        </button>
      ))}
    </div>
  );
}
