import * as React from 'react';

import { useTrans } from '../model/environment';

export type RunTab = 'tasks' | 'graph' | 'timeline' | 'definition';

/** The ways to look at a run; arrow keys go from one to another. */
export function RunTabs(props: {
  tab: RunTab;
  onTab: (tab: RunTab) => void;
  /** The id of the element that shows what is chosen. */
  controls: string;
}): JSX.Element {
  const trans = useTrans();
  const list = React.useRef<HTMLDivElement>(null);
  const tabs: readonly (readonly [RunTab, string])[] = [
    ['graph', trans.__('Graph')],
    ['timeline', trans.__('Timeline')],
    ['tasks', trans.__('Tasks')],
    ['definition', trans.__('Definition')]
  ];
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) {
      return;
    }
    event.preventDefault();
    const index = tabs.findIndex(([tab]) => tab === props.tab);
    const next = (index + step + tabs.length) % tabs.length;
    props.onTab(tabs[next]?.[0] ?? props.tab);
    list.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <div
      ref={list}
      className="jp-kfp-RunTabs"
      role="tablist"
      aria-label={trans.__('Ways to look at the run')}
      onKeyDown={onKeyDown}
    >
      {tabs.map(([tab, label]) => (
        <button
          key={tab}
          type="button"
          role="tab"
          className="jp-kfp-Tab"
          aria-selected={tab === props.tab}
          aria-controls={tab === props.tab ? props.controls : undefined}
          tabIndex={tab === props.tab ? 0 : -1}
          onClick={() => props.onTab(tab)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
