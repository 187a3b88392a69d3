import { ApiError } from '../api/errors';

/** What is being done to one thing, or could not be done. */
export interface Change {
  /** Properties that will have these values, shown before Pipelines says so. */
  readonly patch: object;
  readonly busy: boolean;
  /** Why it was not done. */
  readonly error: ApiError | null;
}

/**
 * What users do to runs and other things, until Pipelines' own answers show it.
 *
 * A change is shown at once. When Pipelines has agreed, everything on the screen
 * is asked for again, and from then on its answer counts, whatever it says.
 */
export class Changes {
  /** `lookAgain` asks for everything on the screen again, and resolves when that is there. */
  constructor(private readonly lookAgain: () => Promise<void>) {}

  /** What happens to the thing with this id now. */
  readonly of = (id: string): Change | undefined => this.changes.get(id);

  /** Increases with every change. */
  readonly version = (): number => this.count;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /**
   * Do it, unless something is being done to the same thing already.
   *
   * Returns whether Pipelines has agreed.
   */
  async act(
    id: string,
    patch: object,
    send: () => Promise<void>
  ): Promise<boolean> {
    if (this.of(id)?.busy) {
      return false;
    }
    this.set(id, { patch, busy: true, error: null });
    let error: ApiError | null = null;
    try {
      await send();
    } catch (caught) {
      error = ApiError.of(caught);
    }
    if (error) {
      this.set(id, { patch: {}, busy: false, error });
    }
    // Also after a refusal: what was shown may have been out of date.
    await this.lookAgain();
    if (!error) {
      this.set(id, undefined);
    }
    return !error;
  }

  /** Forget why something could not be done. */
  readonly dismiss = (id: string): void => {
    if (!this.of(id)?.busy) {
      this.set(id, undefined);
    }
  };

  /** Whether the user has asked on this page to be told when the run ends, or not to be. */
  readonly watched = (id: string): boolean | undefined => this.watches.get(id);

  setWatched(id: string, watched: boolean): void {
    this.watches.set(id, watched);
    this.tell();
  }

  private set(id: string, change: Change | undefined): void {
    if (change) {
      this.changes.set(id, change);
    } else {
      this.changes.delete(id);
    }
    this.tell();
  }

  private tell(): void {
    this.count += 1;
    this.listeners.forEach(listener => listener());
  }

  private count = 0;
  private readonly changes = new Map<string, Change>();
  private readonly watches = new Map<string, boolean>();
  private readonly listeners = new Set<() => void>();
}
