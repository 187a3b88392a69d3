import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Preferences, Settings } from './preferences';

/** Where the user's settings are. */
const SETTINGS = 'jupyter-kfp-auth:explorer';

/** The user's settings, with what the editor says of them in the reader's language. */
export function loadSettings(
  registry: ISettingRegistry,
  trans: TranslationBundle
): Promise<ISettingRegistry.ISettings> {
  // JupyterLab's server would do it, but with the catalogues of language packs alone.
  registry.transform(SETTINGS, {
    fetch: plugin => ({
      ...plugin,
      schema: translated(plugin.schema, trans, 'schema')
    })
  });
  return registry.load(SETTINGS);
}

/** Keep what is known of the user's settings current. */
export async function followSettings(
  registry: ISettingRegistry,
  preferences: Preferences,
  trans: TranslationBundle
): Promise<void> {
  try {
    const settings = await loadSettings(registry, trans);
    const take = () =>
      // The schema gives every setting a default.
      preferences.change(settings.composite as unknown as Settings);
    take();
    // Both live as long as the page.
    settings.changed.connect(take);
  } catch (error) {
    console.warn('The settings of Kubeflow Pipelines cannot be read.', error);
  }
}

/** A schema with its titles and descriptions translated; the contexts are JupyterLab's. */
function translated<T>(
  value: T,
  trans: TranslationBundle,
  context: 'schema' | 'settings'
): T {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const inside = Object.entries(value).map(([name, it]) => [
    name,
    typeof it === 'string' && (name === 'title' || name === 'description')
      ? // eslint-disable-next-line jupyter/no-dynamic-translation -- The catalogue has the schema's.
        trans.pgettext(context, it)
      : translated(it, trans, 'settings')
  ]);
  return (
    Array.isArray(value)
      ? inside.map(([, it]) => it)
      : Object.fromEntries(inside)
  ) as T;
}
