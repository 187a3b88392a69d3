import type { Trans } from '../explorer/i18n';
import { english } from '../explorer/i18n';
import { sharedTrans } from '../explorer/shared-trans';

/** The language of the page's JupyterLab, where our part of it is there; else English. */
export function pageTrans(): Trans {
  return sharedTrans() ?? english;
}
