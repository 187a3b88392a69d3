import { Token } from '@lumino/coreutils';

import type { View } from './explorer/model/navigation';
import type { Store } from './explorer/model/store';
import type { Preferences } from './lab/preferences';

/** What the user has chosen, here and in the settings. */
export type IPreferences = Preferences;

export const IPreferences = new Token<Preferences>(
  'jupyter-kfp-auth:IPreferences',
  'What the user has chosen in Kubeflow Pipelines.'
);

/** What this page knows of Pipelines; its script is loaded when it is first asked for. */
export interface IStoreProvider {
  load: () => Promise<Store>;
}

export const IStoreProvider = new Token<IStoreProvider>(
  'jupyter-kfp-auth:IStoreProvider',
  'What this page knows of Kubeflow Pipelines.'
);

/** The side panel. */
export interface IExplorer {
  /** Open the panel, and show `view` in it. */
  open: (view?: View) => Promise<void>;
  /** Open the panel, and show the connection; run the probes if `check`. */
  reveal: (check: boolean) => Promise<void>;
}

export const IExplorer = new Token<IExplorer>(
  'jupyter-kfp-auth:IExplorer',
  'The side panel of Kubeflow Pipelines.'
);
