import type { Choice } from '../components/picker';
import type { Trans } from '../model/i18n';

/** The orders that every list of Pipelines knows; the first is the usual one. */
export function commonSorts(trans: Trans): Choice[] {
  return [
    { value: 'created_at desc', label: trans.__('Newest') },
    { value: 'created_at asc', label: trans.__('Oldest') },
    { value: 'name asc', label: trans.__('Name') }
  ];
}
