import type { ListQuery } from '../api/api';
import type { Filter, Path, View, ViewKind } from './navigation';
import {
  backTo,
  currentView,
  pathTo,
  rootView,
  withLabel,
  withQuery
} from './navigation';

/** Where the reader is. */
export interface Place {
  readonly path: Path;
  /** Whether the view was walked to, and takes the focus. */
  readonly walked: boolean;
  /** How often the connection was asked to be shown, and to be checked. */
  readonly reveals: number;
  readonly checks: number;
}

/** The way through the explorer; a host keeps one to lead the reader from outside. */
export class Navigator {
  constructor(path: Path = pathTo(undefined)) {
    this.place = { path, walked: false, reveals: 0, checks: 0 };
  }

  readonly snapshot = (): Place => this.place;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get path(): Path {
    return this.place.path;
  }

  /** Go to a view as if it had been walked to from its list. */
  readonly goTo = (view: View): void => this.walk(pathTo(view));

  /** Be where the reader was before. */
  readonly restore = (path: Path): void => this.set({ path, walked: false });

  /** Go into something from the current view. */
  readonly open = (view: View): void => this.walk([...this.path, view]);

  /** Show `view` in the place of the current one. */
  readonly replace = (view: View): void =>
    this.set({ path: [...this.path.slice(0, -1), view] });

  /** Go back to the `index`-th view; without it, one step. */
  readonly back = (index = this.path.length - 2): void => {
    if (index >= 0) {
      this.walk(backTo(this.path, index));
    }
  };

  /** Choose another tab; it keeps the focus. */
  readonly select = (kind: ViewKind): void =>
    this.set({ path: [rootView(kind)], walked: false });

  /** Leave what belongs to another namespace. */
  readonly reset = (): void => this.select(this.path[0]?.kind ?? 'experiments');

  /** Filter the current list. */
  readonly query = (query: ListQuery, filter?: Filter): void =>
    this.set({ path: withQuery(this.path, query, filter) });

  /** Learn what the thing that is shown is called. */
  readonly name = (id: string, label: string): void => {
    if (currentView(this.path).id === id) {
      this.set({ path: withLabel(this.path, label) });
    }
  };

  /** Show the connection, and run the probes if `check`. */
  readonly reveal = (check: boolean): void => {
    const { reveals, checks } = this.place;
    this.set({ reveals: reveals + 1, checks: checks + (check ? 1 : 0) });
  };

  private walk(path: Path): void {
    this.set({ path, walked: true });
  }

  private set(change: Partial<Place>): void {
    this.place = { ...this.place, ...change };
    this.listeners.forEach(listener => listener());
  }

  private place: Place;
  private readonly listeners = new Set<() => void>();
}
