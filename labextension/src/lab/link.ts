/** The parameter of an address that names a run to open: `lab?kfp-run=ID`. */
export const RUN_PARAMETER = 'kfp-run';

/** The run that this page's address names; it is taken out of the address. */
export function takeLinkedRun(): string {
  const url = new URL(window.location.href);
  const run = url.searchParams.get(RUN_PARAMETER) ?? '';
  if (run) {
    url.searchParams.delete(RUN_PARAMETER);
    window.history.replaceState(window.history.state, '', url);
  }
  return run;
}
