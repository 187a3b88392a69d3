import * as React from 'react';

import { copyText } from '../model/clipboard';
import { useTrans } from '../model/environment';
import type { IconName } from './icons';
import { Icon } from './icons';

/** A button that is only an icon; its label is read out and shown on hover. */
export function IconButton(props: {
  icon: IconName;
  label: string;
  onClick: () => void;
  className?: string;
  tabIndex?: number;
  /** Set for buttons that unfold something. */
  expanded?: boolean;
  /** Set for buttons that are on or off. */
  pressed?: boolean;
}): JSX.Element {
  return (
    <button
      type="button"
      className={`jp-kfp-IconButton ${props.className ?? ''}`}
      aria-label={props.label}
      title={props.label}
      tabIndex={props.tabIndex}
      aria-expanded={props.expanded}
      aria-pressed={props.pressed}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
    </button>
  );
}

/** A button with words. */
export function Button(props: {
  children: React.ReactNode;
  onClick: () => void;
  primary?: boolean;
  /** Set for buttons that unfold something. */
  expanded?: boolean;
}): JSX.Element {
  return (
    <button
      type="button"
      className={`jp-kfp-Button ${props.primary ? 'jp-mod-primary' : ''}`}
      aria-expanded={props.expanded}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}

/** Opens a page of the Pipelines UI in a new tab. */
export function PageLink(props: {
  url: string;
  label: string;
  tabIndex?: number;
}): JSX.Element {
  return (
    <a
      className="jp-kfp-IconButton jp-kfp-PageLink"
      href={props.url}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={props.label}
      title={props.label}
      tabIndex={props.tabIndex}
    >
      <Icon name="link" />
    </a>
  );
}

/** How long "Copied" is shown (milliseconds). */
const COPIED = 2_000;

/** Puts text into the clipboard and says so. */
export function CopyButton(props: {
  /** A function where it takes time to make. */
  text: string | (() => string);
  label: string;
  /** Whether it is only an icon. */
  icon?: boolean;
}): JSX.Element {
  const trans = useTrans();
  const [copied, setCopied] = React.useState<boolean | null>(null);
  React.useEffect(() => {
    if (copied === null) {
      return;
    }
    const timer = setTimeout(() => setCopied(null), COPIED);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () =>
    void copyText(
      typeof props.text === 'string' ? props.text : props.text()
    ).then(
      () => setCopied(true),
      () => setCopied(false)
    );
  const said =
    copied === null
      ? props.label
      : copied
        ? trans.__('Copied')
        : trans.__('Select the text and copy it');
  return (
    <button
      type="button"
      className={props.icon ? 'jp-kfp-IconButton' : 'jp-kfp-Button'}
      title={props.icon ? said : undefined}
      onClick={copy}
    >
      <Icon name={copied ? 'check' : 'copy'} />
      <span
        aria-live="polite"
        className={props.icon ? 'jp-kfp-Hidden' : undefined}
      >
        {said}
      </span>
    </button>
  );
}

/** Saves text as a file of this computer. */
export function DownloadButton(props: {
  text: string;
  /** The file's name. */
  name: string;
  label: string;
}): JSX.Element {
  const save = () => {
    const url = URL.createObjectURL(new Blob([props.text]));
    const link = document.createElement('a');
    link.href = url;
    link.download = props.name;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <button
      type="button"
      className="jp-kfp-IconButton"
      aria-label={props.label}
      title={props.label}
      onClick={save}
    >
      <Icon name="download" />
    </button>
  );
}

/** A part that opens and closes. */
export function Disclosure(props: {
  title: React.ReactNode;
  children: () => React.ReactNode;
  open?: boolean;
  className?: string;
}): JSX.Element {
  const [open, setOpen] = React.useState(props.open ?? false);
  const id = React.useId();
  return (
    <div className={`jp-kfp-Disclosure ${props.className ?? ''}`}>
      <button
        type="button"
        className="jp-kfp-Disclosure-title"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        <Icon name={open ? 'open' : 'closed'} />
        {props.title}
      </button>
      {open && (
        <div id={id} className="jp-kfp-Disclosure-content">
          {props.children()}
        </div>
      )}
    </div>
  );
}
