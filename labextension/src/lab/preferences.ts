import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { ViewKind } from '../explorer/model/navigation';

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
