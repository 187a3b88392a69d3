import type { Trans } from './i18n';
import type { Store } from './store';

/** What our parts of a page share: JupyterLab's, and those that notebooks bring along. */
interface Shared {
  trans?: Trans;
  store?: Store;
}

/** Another version has another place: it may know other things. */
const KEY = Symbol.for('jupyter-kfp-auth/shared/1');

function shared(): Shared {
  return ((globalThis as Record<symbol, unknown>)[KEY] ??= {}) as Shared;
}

/** Lets notebooks on this page speak JupyterLab's language. */
export function shareTrans(trans: Trans): void {
  shared().trans = trans;
}

/** JupyterLab's translator, where our part of JupyterLab is on this page. */
export function sharedTrans(): Trans | undefined {
  return shared().trans;
}

/** The store of this page's Jupyter server; `make` makes it when it is first asked for. */
export function sharedStore(make: () => Store): Store {
  return (shared().store ??= make());
}

/** Forget the page's store. */
export function forgetStore(): void {
  delete shared().store;
}
