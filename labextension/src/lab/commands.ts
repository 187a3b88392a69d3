/** All commands of this package. */
export const enum CommandIDs {
  openExplorer = 'kfp:open-explorer',
  openRun = 'kfp:open-run',
  findRun = 'kfp:find-run',
  openLastFailed = 'kfp:open-last-failed-run',
  compareRuns = 'kfp:compare-runs',
  doctor = 'kfp:doctor',
  refresh = 'kfp:refresh',
  useNamespace = 'kfp:use-namespace',
  insertCode = 'kfp:insert-code'
}

/** How a command without arguments describes them. */
export const NO_ARGUMENTS = {
  args: { type: 'object' as const, properties: {} }
};
