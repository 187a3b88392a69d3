import type { Trans } from '../explorer/model/i18n';
import { english } from '../explorer/model/i18n';
import { sharedTrans } from '../explorer/model/shared';

/** The language of the page's JupyterLab, where our part of it is there; else English. */
export function pageTrans(): Trans {
  return sharedTrans() ?? english;
}
