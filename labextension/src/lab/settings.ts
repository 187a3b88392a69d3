import type { ISettingRegistry } from '@jupyterlab/settingregistry';

import type { ExplorerSettings, LazyView } from './panel';

/** Where the user's settings are. */
const SETTINGS = 'jupyter-kfp-auth:explorer';

/** Keep a view's settings those of the user. */
export async function followSettings(
  registry: ISettingRegistry,
  view: LazyView
): Promise<void> {
  try {
    const settings = await registry.load(SETTINGS);
    const configure = () =>
      // The schema gives every setting a default.
      view.configure(settings.composite as unknown as ExplorerSettings);
    configure();
    settings.changed.connect(configure);
    view.disposed.connect(() => settings.changed.disconnect(configure));
  } catch (error) {
    console.warn('The settings of Kubeflow Pipelines cannot be read.', error);
  }
}
