import type { Trans } from './i18n';

const KEY = Symbol.for('jupyter-kfp-auth/translator');

/** Lets notebooks on this page speak JupyterLab's language. */
export function shareTrans(trans: Trans): void {
  (globalThis as Record<symbol, unknown>)[KEY] = trans;
}

/** JupyterLab's translator, where our part of JupyterLab is on this page. */
export function sharedTrans(): Trans | undefined {
  return (globalThis as Record<symbol, unknown>)[KEY] as Trans | undefined;
}
