import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { ViewKind } from '../explorer/model/navigation';
import { loadSettings } from './settings';

/** What the user has chosen, here and in the settings. */
export interface Choices {
  /** Whether to tell when a watched run ends. */
  notifications: boolean;
  /** When the status bar says something. */
  statusBar: 'opened' | 'always' | 'never';
  /** What the panel shows first. */
  defaultView: ViewKind;
  /** The kinds of things that have a tab. */
  sections: readonly ViewKind[];
  /** Seconds between two looks. */
  refreshInterval: number;
  /** Whose things are shown; empty for the configured namespace. */
  namespace: string;
  /** Namespaces used before, the latest first. */
  remembered: readonly string[];
  /** Whether the panel was opened since the page was loaded. */
  opened: boolean;
  /** Increases when the connection shall be shown. */
  reveals: number;
  /** Increases when the probes shall run. */
  checks: number;
}

const START: Choices = {
  notifications: true,
  statusBar: 'opened',
  defaultView: 'experiments',
  sections: ['experiments', 'runs', 'recurring-runs', 'pipelines'],
  refreshInterval: 10,
  namespace: '',
  remembered: [],
  opened: false,
  reveals: 0,
  checks: 0
};

/** What the plugins of this package know of the user, and of each other. */
export class Preferences {
  /** Never changed; a new object after every change. */
  get choices(): Choices {
    return this.current;
  }

  get changed(): ISignal<this, void> {
    return this.signal;
  }

  change(change: Partial<Choices>): void {
    this.current = { ...this.current, ...change };
    this.signal.emit();
  }

  /** Show the connection, and run the probes if `check`. */
  reveal(check: boolean): void {
    const { reveals, checks } = this.current;
    this.change({ reveals: reveals + 1, checks: checks + (check ? 1 : 0) });
  }

  /** The views gone through in the panel; not among the choices, as nothing shows it. */
  get path(): unknown {
    return this.walked;
  }

  /** Emitted when other views were gone through. */
  get moved(): ISignal<this, void> {
    return this.moves;
  }

  moveTo(path: unknown): void {
    this.walked = path;
    this.moves.emit();
  }

  /** Resolves when what was kept over a reload is here. */
  restored: Promise<void> = Promise.resolve();

  private current = START;
  private readonly signal = new Signal<this, void>(this);
  private walked: unknown;
  private readonly moves = new Signal<this, void>(this);
}

const known = new WeakMap<JupyterFrontEnd, Preferences>();

/** What is known of the user of this page. */
export function preferencesOf(app: JupyterFrontEnd): Preferences {
  const preferences = known.get(app) ?? new Preferences();
  known.set(app, preferences);
  return preferences;
}

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
