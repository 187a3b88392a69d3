import * as React from 'react';

import { useTrans } from '../model/environment';
import { IconButton, PageLink } from './controls';
import { Icon } from './icons';

/** One entry of a list: its name, what is said about it, and its page. */
export function Row(props: {
  name: string;
  /** Before the name. */
  icon?: React.ReactNode;
  /** Under the name, or beside it where there is room. */
  details?: React.ReactNode;
  /** The address of its page in the Pipelines UI. */
  url?: string;
  onOpen: () => void;
  /** What the Enter key does, where it is something else. */
  onEnter?: () => void;
  /** Set for rows that unfold. */
  expanded?: boolean;
  /** How deep it is nested. */
  depth?: number;
  /** Whether name and details share one line however narrow it is. */
  compact?: boolean;
  /** Whether its controls are in the tab order. */
  current: boolean;
  /** What can be done to it, shown when asked for. */
  actions?: () => React.ReactNode;
  /** Python that gets it, to drag into a notebook. */
  code?: string;
  /** In front of everything, such as a box to choose it. */
  before?: React.ReactNode;
  children?: React.ReactNode;
}): JSX.Element {
  const trans = useTrans();
  const tabIndex = props.current ? 0 : -1;
  const [acting, setActing] = React.useState(false);
  return (
    <>
      <div
        className={`jp-kfp-Row-line ${props.compact ? 'jp-mod-compact' : ''}`}
        style={
          props.depth
            ? { paddingInlineStart: `${8 + Math.min(props.depth, 8) * 14}px` }
            : undefined
        }
        draggable={props.code !== undefined}
        onDragStart={({ dataTransfer }) => {
          dataTransfer.setData('text/plain', props.code ?? '');
          dataTransfer.effectAllowed = 'copy';
        }}
      >
        {props.before}
        <button
          type="button"
          className="jp-kfp-Row-main"
          tabIndex={tabIndex}
          aria-expanded={props.expanded}
          onClick={props.onOpen}
          onKeyDown={event => {
            if (event.key === 'Enter' && props.onEnter) {
              event.preventDefault();
              props.onEnter();
            }
          }}
        >
          {props.icon}
          <span className="jp-kfp-Row-text">
            <span className="jp-kfp-Row-name" title={props.name}>
              {props.name}
            </span>
            {props.details && (
              <span className="jp-kfp-Row-details">{props.details}</span>
            )}
          </span>
          {props.expanded !== undefined && (
            <Icon
              name={props.expanded ? 'open' : 'closed'}
              className="jp-kfp-Row-chevron"
            />
          )}
        </button>
        <span className="jp-kfp-Row-tools">
          {props.actions && (
            <IconButton
              icon="more"
              label={trans.__('Actions for %1', props.name)}
              expanded={acting}
              tabIndex={tabIndex}
              onClick={() => setActing(!acting)}
            />
          )}
          {props.url && (
            <PageLink
              url={props.url}
              label={trans.__('Open %1 in the Pipelines page', props.name)}
              tabIndex={tabIndex}
            />
          )}
        </span>
      </div>
      {acting && props.actions && (
        <div className="jp-kfp-Row-content">{props.actions()}</div>
      )}
      {props.expanded && (
        <div className="jp-kfp-Row-content">{props.children}</div>
      )}
    </>
  );
}

/** Words with dots between them; what is empty is left out. */
export function Dotted(props: { children: React.ReactNode }): JSX.Element {
  const parts = React.Children.toArray(props.children);
  return (
    <>
      {parts.map((part, index) => (
        <span key={index} className="jp-kfp-Dotted">
          {part}
        </span>
      ))}
    </>
  );
}

/** Names and values below each other; entries without a value are left out. */
export function Facts(props: {
  facts: readonly (readonly [string, React.ReactNode])[];
}): JSX.Element {
  return (
    <dl className="jp-kfp-Facts">
      {props.facts
        .filter(([, value]) => value !== '' && value !== null)
        .map(([name, value], index) => (
          <React.Fragment key={index}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
    </dl>
  );
}

/** Values by name, as a run's parameters. */
export function Values(props: {
  values: Readonly<Record<string, unknown>>;
}): JSX.Element {
  return (
    <Facts
      facts={Object.entries(props.values).map(([name, value]) => [
        name,
        <code key={name}>
          {typeof value === 'string' ? value : JSON.stringify(value, null, 1)}
        </code>
      ])}
    />
  );
}
