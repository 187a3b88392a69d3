import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IPreferences } from '../tokens';
import type { Choices } from './preferences';
import { Preferences } from './preferences';
import { followSettings } from './settings';

/** Where the namespaces and the view are kept. */
const REMEMBERED = 'jupyter-kfp-auth:panel';

/** Keeps the settings, and over reloads the namespaces and the panel's view. */
export const preferences: JupyterFrontEndPlugin<Preferences> = {
  id: 'jupyter-kfp-auth:preferences',
  description: 'What the user has chosen in Kubeflow Pipelines.',
  autoStart: true,
  provides: IPreferences,
  optional: [ISettingRegistry, IStateDB, ITranslator],
  activate: (
    _,
    registry: ISettingRegistry | null,
    state: IStateDB | null,
    translator: ITranslator | null
  ): Preferences => {
    const preferences = new Preferences();
    if (registry) {
      const trans = (translator ?? nullTranslator).load('jupyter_kfp_auth');
      void followSettings(registry, preferences, trans);
    }
    if (state) {
      preferences.restored = remember(state, preferences);
    }
    return preferences;
  }
};

interface Kept extends Pick<Choices, 'namespace' | 'remembered'> {
  path: unknown;
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
