import type { Trans } from '../explorer/model/i18n';
import { isNamespace, rememberedWith } from '../explorer/model/namespaces';
import type { Preferences } from './preferences';

/** Show the things of a namespace; of the configured one where it is empty. */
export function chooseNamespace(
  namespace: string,
  preferences: Preferences,
  trans: Trans
): void {
  if (namespace !== '' && !isNamespace(namespace)) {
    throw new Error(trans.__('Not a valid namespace: %1', namespace));
  }
  const { remembered } = preferences.choices;
  preferences.change({
    namespace,
    remembered: rememberedWith(remembered, namespace)
  });
}
