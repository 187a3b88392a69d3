import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { Choices, Preferences } from './preferences';
import { preferencesOf } from './preferences';
import { loadSettings } from './settings';

/** Where the namespaces and the view are kept. */
const REMEMBERED = 'jupyter-kfp-auth:panel';

/** Keeps the settings, and over reloads the namespaces and the panel's view. */
export const preferences: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-kfp-auth:preferences',
  description: 'What the user has chosen in Kubeflow Pipelines.',
  autoStart: true,
  optional: [ISettingRegistry, IStateDB, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    registry: ISettingRegistry | null,
    state: IStateDB | null,
    translator: ITranslator | null
  ) => {
    const preferences = preferencesOf(app);
    if (registry) {
      const trans = (translator ?? nullTranslator).load('jupyter_kfp_auth');
      void follow(registry, preferences, trans);
    }
    if (state) {
      preferences.restored = remember(state, preferences);
    }
  }
};

interface Kept extends Pick<Choices, 'namespace' | 'remembered'> {
  path: unknown;
}

async function follow(
  registry: ISettingRegistry,
  preferences: Preferences,
  trans: TranslationBundle
): Promise<void> {
  try {
    const settings = await loadSettings(registry, trans);
    const take = () => {
      const {
        notifications,
        statusBar,
        defaultView,
        sections,
        refreshInterval
      } =
        // The schema gives every setting a default.
        settings.composite as unknown as Choices;
      preferences.change({
        notifications,
        statusBar,
        defaultView,
        sections,
        refreshInterval
      });
    };
    take();
    // Both live as long as the page.

    settings.changed.connect(take);
  } catch {
    // The explorer's own plugin has said so.
  }
}

async function remember(
  state: IStateDB,
  preferences: Preferences
): Promise<void> {
  const kept = (await state.fetch(REMEMBERED).catch(() => undefined)) as
    Partial<Kept> | undefined;
  const { namespace, remembered, path } = kept ?? {};
  if (typeof namespace === 'string' && Array.isArray(remembered)) {
    preferences.change({ namespace, remembered: remembered.map(String) });
  }
  // The panel looks whether it is one: what that takes is loaded with it.
  preferences.moveTo(path);
  let saved = preferences.choices;
  const save = () => {
    const { namespace, remembered } = preferences.choices;
    const kept = { namespace, remembered, path: preferences.path ?? [] };
    void state
      .save(REMEMBERED, kept as object as Parameters<IStateDB['save']>[1])
      .catch(() => undefined);
  };
  // All live as long as the page.

  preferences.moved.connect(save);
  preferences.changed.connect(() => {
    const { namespace, remembered } = preferences.choices;
    if (namespace !== saved.namespace || remembered !== saved.remembered) {
      saved = preferences.choices;
      save();
    }
  });
}
