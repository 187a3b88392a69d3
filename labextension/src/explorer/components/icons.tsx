import * as React from 'react';

/** A ring of eight dashes. */
const DOTS =
  'M13.9 10.1a6.25 6.25 0 0 1-1.2 2 M10.3 13.8a6.25 6.25 0 0 1-2.3.45 M5.7 13.8a6.25 6.25 0 0 1-2.1-1.4 M2.2 10.3A6.25 6.25 0 0 1 1.75 8 M2.1 5.9a6.25 6.25 0 0 1 1.2-2 M5.7 2.2A6.25 6.25 0 0 1 8 1.75 M10.3 2.2a6.25 6.25 0 0 1 2.1 1.4 M13.8 5.7a6.25 6.25 0 0 1 .45 2.3';
const RING = 'M8 1.75a6.25 6.25 0 1 1 0 12.5 6.25 6.25 0 0 1 0-12.5Z';

/** Strokes on a 16 by 16 grid, in the colour of the text around them. */
const PATHS = {
  aim: 'M8 2v8.5 M4.5 7 8 10.5 11.5 7 M3 13.5h10',
  archive: 'M2 3h12v3H2z M3.25 6v7.25h9.5V6 M6.5 8.75h3',
  back: 'M10 3 5 8l5 5',
  bell: 'M4 11V7a4 4 0 0 1 8 0v4l1 1.25H3z M6.75 14.25h2.5',
  cached:
    'M2.75 4c0-1.2 2.3-2 5.25-2s5.25.8 5.25 2-2.3 2-5.25 2-5.25-.8-5.25-2z M2.75 4v8c0 1.2 2.3 2 5.25 2s5.25-.8 5.25-2V4 M2.75 8c0 1.2 2.3 2 5.25 2s5.25-.8 5.25-2',
  bug: 'M5 6.5h6v4a3 3 0 0 1-6 0z M6 6.25a2 2 0 0 1 4 0 M2.5 5l2.25 2 M13.5 5l-2.25 2 M2 9.5h3 M11 9.5h3 M2.75 13.5 5 11.5 M13.25 13.5 11 11.5 M8 7v6',
  check: 'M3 8.5 6.5 12 13 4.5',
  clone: 'M5.5 5.5h8v8h-8z M10.5 5.5v-3h-8v8h3 M9.5 7.75v3.5 M7.75 9.5h3.5',
  close: 'M4 4l8 8 M12 4l-8 8',
  closed: 'M6 3.5 10.5 8 6 12.5',
  code: 'M5.5 4.5 2 8l3.5 3.5 M10.5 4.5 14 8l-3.5 3.5',
  compare: 'M2.5 3h4.5v10H2.5z M9 3h4.5v10H9z',
  copy: 'M5.5 5.5h8v8h-8z M10.5 5.5v-3h-8v8h3',
  // The only filled shape, so that it is found without colour.
  failed:
    'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z M5.9 4.8 8 6.9l2.1-2.1 1.1 1.1L9.1 8l2.1 2.1-1.1 1.1L8 9.1l-2.1 2.1-1.1-1.1L6.9 8 4.8 5.9z',
  down: 'M8 3v10 M4 9l4 4 4-4',
  download: 'M8 2v7.5 M4.75 6.5 8 9.75l3.25-3.25 M2.5 11.5v2h11v-2',
  differs: 'M3 6.25h10 M3 9.75h10 M10.5 3l-5 10',
  document: 'M2.5 3h11v10h-11z M2.5 5.75h11',
  experiment:
    'M6 2h4 M6.75 2v4L3 12.5c-.4.8 0 1.5.9 1.5h8.2c.9 0 1.3-.7.9-1.5L9.25 6V2 M5 10h6',
  filter: 'M2 3h12l-4.75 5.5V13l-2.5-1.25V8.5z',
  flag: 'M4 14V2.5 M4 3h8l-2 2.75 2 2.75H4',
  fit: 'M2.5 6v-3.5h3.5 M10 2.5h3.5V6 M13.5 10v3.5H10 M6 13.5H2.5V10',
  info: `${RING} M8 7.25v4 M8 4.75v.01`,
  link: 'M9 2.5h4.5V7 M13.5 2.5l-6 6 M11.5 9.5v4h-9v-9h4',
  loop: 'M4 5.5h7a2.5 2.5 0 0 1 0 5H5a2.5 2.5 0 0 1-2.4-3.2 M6.25 3.25 4 5.5l2.25 2.25',
  minus: 'M3.5 8h9',
  more: 'M3 7.75v.5 M8 7.75v.5 M13 7.75v.5',
  'not-run': `${DOTS} M5.25 8h5.5`,
  'not-started': DOTS,
  open: 'M3.5 6 8 10.5 12.5 6',
  paused: `${RING} M6.25 5.75v4.5 M9.75 5.75v4.5`,
  pending: `${RING} M8 4.5V8l2.5 1.5`,
  pipelines: 'M2.5 2.5h4v4h-4z M9.5 9.5h4v4h-4z M6.5 4.5h3a2 2 0 0 1 2 2v3',
  play: 'M4.5 3v10l8.5-5z',
  plus: 'M3.5 8h9 M8 3.5v9',
  previous: 'M10 3.5 5.5 8l4.5 4.5',
  recurring:
    'M3 7a5 5 0 0 1 8.5-2.5L13 6 M13 3v3h-3 M13 9a5 5 0 0 1-8.5 2.5L3 10 M3 13v-3h3',
  refresh: 'M13 8a5 5 0 1 1-1.5-3.6 M13.25 2v3.25H10',
  runs: 'M2.5 4h.5 M5.5 4h8 M2.5 8h.5 M5.5 8h8 M2.5 12h.5 M5.5 12h8',
  running: 'M8 1.75A6.25 6.25 0 1 1 1.75 8',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Z M10.25 10.25 14 14',
  settings:
    'M8 5.75a2.25 2.25 0 1 1 0 4.5 2.25 2.25 0 0 1 0-4.5Z M8 1.75v2 M8 12.25v2 M1.75 8h2 M12.25 8h2 M3.6 3.6 5 5 M11 11l1.4 1.4 M12.4 3.6 11 5 M5 11l-1.4 1.4',
  skipped:
    'M2.5 8.5C3.5 5 5.5 3.5 8 3.5s4.2 1.3 5.2 4 M13.75 4v3.75H10 M8 12v.01',
  stop: `${RING} M6 6h4v4H6z`,
  terminated: `${RING} M6 6h4v4H6z`,
  terminating: 'M8 1.75A6.25 6.25 0 1 1 1.75 8 M6 6h4v4H6z',
  succeeded: `${RING} M5 8.25 7.25 10.5 11 5.75`,
  up: 'M8 13V3 M4 7l4-4 4 4',
  unarchive:
    'M2 3h12v3H2z M3.25 6v7.25h9.5V6 M8 12V8.25 M6.25 9.75 8 8l1.75 1.75',
  unknown: `${RING} M6 6.25a2 2 0 1 1 2.75 1.9c-.5.2-.75.5-.75 1.1 M8 11.25v.01`,
  window: 'M2 3h12v10H2z M2 6h12 M5.5 3v3',
  wrap: 'M2 3.5h12 M2 8h9.5a2.25 2.25 0 0 1 0 4.5H8 M9.75 10.75 8 12.5l1.75 1.75 M2 12.5h3',
  warning: 'M8 2 14.5 13.5h-13z M8 6.5v3.25 M8 11.5v.01'
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside words that say the same. */
export function Icon(props: {
  name: IconName;
  className?: string;
}): JSX.Element {
  return (
    <svg
      className={`jp-kfp-Icon ${isFilled(props.name) ? 'jp-mod-filled' : ''} ${props.className ?? ''}`}
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[props.name]} />
    </svg>
  );
}

/** The strokes of an icon on a 16 by 16 grid. */
export function iconPath(name: IconName): string {
  return PATHS[name];
}

/** An icon as SVG text, for hosts that take no components. */
export function iconSvg(name: IconName, colour: string): string {
  const paint = isFilled(name)
    ? `fill-rule="evenodd" style="fill: ${colour}"`
    : `fill="none" style="stroke: ${colour}" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16"><path d="${PATHS[name]}" ${paint}/></svg>`;
}

/** Whether an icon is a surface instead of strokes. */
export function isFilled(name: IconName): boolean {
  return name === 'failed';
}
