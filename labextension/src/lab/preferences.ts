import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { ViewKind } from '../explorer/model/navigation';

/** The user's settings; `schema/explorer.json` describes them. */
export interface Settings {
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
  /** How many rows one page brings. */
  pageSize: number;
  /** Where links lead; empty for what the server is configured with. */
  uiUrl: string;
}

/** What the user has chosen, here and in the settings. */
export interface Choices extends Settings {
  /** Whose things are shown; empty for the configured namespace. */
  namespace: string;
  /** Namespaces used before, the latest first. */
  remembered: readonly string[];
  /** Whether the panel was opened since the page was loaded. */
  opened: boolean;
  /** Whether the panel can be seen, and when it was last (milliseconds since 1970). */
  looking: boolean;
  seen: number;
}

const START: Choices = {
  notifications: true,
  statusBar: 'opened',
  defaultView: 'experiments',
  sections: ['experiments', 'runs', 'recurring-runs', 'pipelines'],
  refreshInterval: 10,
  pageSize: 50,
  uiUrl: '',
  namespace: '',
  remembered: [],
  opened: false,
  looking: false,
  seen: Date.now()
};

/** What the plugins of this package know of the user. */
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
