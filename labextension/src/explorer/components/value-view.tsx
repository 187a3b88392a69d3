import * as React from 'react';

import { useTrans } from '../model/environment';

/** What is longer is folded (characters, lines). */
const LONG = { characters: 240, lines: 3 };

/** A value of any type. Long ones are folded at three lines. */
export function ValueView({ value }: { value: unknown }): JSX.Element {
  const trans = useTrans();
  const [open, setOpen] = React.useState(false);
  const text = textOf(value);
  const long =
    text.length > LONG.characters || text.split('\n').length > LONG.lines;
  return (
    <>
      <code
        className={`jp-kfp-ValueText ${long && !open ? 'jp-mod-folded' : ''}`}
      >
        {text}
      </code>
      {long && (
        <button
          type="button"
          className="jp-kfp-LinkButton"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? trans.__('Less') : trans.__('More')}
        </button>
      )}
    </>
  );
}

/** JSON in one line where that is short. */
function textOf(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  const line = JSON.stringify(value) ?? '';
  return line.length > 80 ? JSON.stringify(value, null, 1) : line;
}

/** Named values; those that are not the default come first. */
export function Arguments(props: {
  values: Readonly<Record<string, unknown>>;
  /** The pipeline's defaults, where they are known. */
  defaults?: Readonly<Record<string, unknown>>;
}): JSX.Element {
  const trans = useTrans();
  const { values, defaults = {} } = props;
  const isDefault = (name: string) =>
    !Object.hasOwn(values, name) ||
    (Object.hasOwn(defaults, name) &&
      JSON.stringify(values[name]) === JSON.stringify(defaults[name]));
  const names = [
    ...new Set([...Object.keys(values), ...Object.keys(defaults)])
  ];
  const sorted = [
    ...names.filter(name => !isDefault(name)),
    ...names.filter(isDefault)
  ];
  return (
    <dl className="jp-kfp-Facts">
      {sorted.map(name => (
        <React.Fragment key={name}>
          <dt>
            <bdi>{name}</bdi>
          </dt>
          <dd className={isDefault(name) ? 'jp-kfp-Muted' : undefined}>
            <ValueView
              value={
                Object.hasOwn(values, name) ? values[name] : defaults[name]
              }
            />
            {isDefault(name) && (
              <span className="jp-kfp-Muted"> {trans.__('default')}</span>
            )}
          </dd>
        </React.Fragment>
      ))}
    </dl>
  );
}
