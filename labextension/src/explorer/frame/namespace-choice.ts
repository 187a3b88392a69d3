import * as React from 'react';

import type { NamespaceChoice } from '../components/namespace-field';
import { rememberedWith } from '../model/namespaces';
import type { Navigator } from '../model/navigator';

/** The host's choice of a namespace, or one of its own. */
export function useChoice(
  given: NamespaceChoice | undefined,
  navigator: Navigator
): NamespaceChoice {
  const [own, setOwn] = React.useState({
    namespace: '',
    remembered: [] as readonly string[]
  });
  return React.useMemo(
    () =>
      given ?? {
        ...own,
        onNamespace: namespace => {
          navigator.reset();
          setOwn(({ remembered }) => ({
            namespace,
            remembered: rememberedWith(remembered, namespace)
          }));
        }
      },
    [given, own, navigator]
  );
}
