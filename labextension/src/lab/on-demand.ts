// What only some sessions need, in one script: each script more makes the start longer.
export { chooseNamespace } from './choose-namespace';
export { insertCode } from './insert-code';
export { lastFailed } from './last-failed';
export { openLinkedRun } from './link';
export { notify } from './notice';
