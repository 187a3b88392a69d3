import type { Answer } from '../api/api';
import { ApiError, isAbort } from '../api/errors';

/** What is known of something that is looked at again and again. */
export interface Snapshot<T> {
  /** The last good data, kept when later looks fail. */
  data: T | undefined;
  /** When Pipelines gave the data (milliseconds since 1970); 0 without data. */
  at: number;
  /** Why the last look failed; null when it did not. */
  error: ApiError | null;
  /** Whether somebody awaits an answer; looking again unasked is not meant. */
  busy: boolean;
  /** Whether the data answers an earlier question than the current one. */
  outdated: boolean;
}

export interface LiveOptions<T> {
  /** One look. `previous` is what is shown now. */
  load: (
    signal: AbortSignal,
    poll: boolean,
    previous: T | undefined
  ) => Promise<Answer<T>>;
  /** Milliseconds until the next look, with what is known now; null for none. */
  delay: (data: T | undefined) => number | null;
  /** What to start from. */
  initial?: Partial<Snapshot<T>>;
}

/** The first pause after a failure, and the longest one (milliseconds). */
export const BACKOFF = { first: 5_000, longest: 300_000 };

/**
 * Data that keeps itself current while somebody looks at it.
 *
 * It asks at once when it is first looked at, then as often as `delay` says;
 * after failures it keeps the last good data and asks ever more seldom. While
 * nobody looks it sends nothing.
 */
export class Live<T> {
  constructor(private readonly options: LiveOptions<T>) {
    this.state = {
      data: undefined,
      at: 0,
      error: null,
      busy: false,
      outdated: false,
      ...options.initial
    };
    const { data, outdated, at } = this.state;
    this.due = data === undefined || outdated ? 0 : this.next(data, at);
  }

  readonly snapshot = (): Snapshot<T> => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Say whether somebody looks. */
  setActive(active: boolean): void {
    this.active = active;
    this.schedule();
  }

  /** Look now, because somebody asked. */
  readonly refresh = (): Promise<void> =>
    this.act(
      (signal, previous) => this.options.load(signal, false, previous),
      true
    );

  /** Look as soon as somebody can see it, because something has happened. */
  readonly recheck = (): void => {
    this.due = 0;
    this.schedule();
  };

  /** Call off what is under way; `setActive(true)` starts it anew. */
  stop(): void {
    this.active = false;
    clearTimeout(this.timer);
    this.controller?.abort();
    this.controller = null;
  }

  /** Do `load` now, instead of whatever is under way. */
  protected async act(
    load: (signal: AbortSignal, previous: T | undefined) => Promise<Answer<T>>,
    asked: boolean
  ): Promise<void> {
    clearTimeout(this.timer);
    this.controller?.abort();
    const controller = (this.controller = new AbortController());
    const { outdated, data: previous } = this.state;
    this.set({ busy: asked || outdated || previous === undefined });
    try {
      const { data, at } = await load(
        controller.signal,
        outdated ? undefined : previous
      );
      if (controller !== this.controller) {
        return;
      }
      this.failures = 0;
      this.due = this.next(data, Date.now());
      this.set({ data, at, error: null, busy: false, outdated: false });
    } catch (error) {
      if (controller !== this.controller || isAbort(error)) {
        return;
      }
      const again = this.options.delay(outdated ? undefined : previous);
      this.due = again === null ? Infinity : Date.now() + this.backoff();
      this.set({
        ...(outdated ? { data: undefined, at: 0 } : {}),
        error:
          error instanceof ApiError
            ? error
            : ApiError.local('unexpected-answer', 0, String(error)),
        busy: false,
        outdated: false
      });
    }
    this.controller = null;
    this.schedule();
  }

  private next(data: T, since: number): number {
    const pause = this.options.delay(data);
    return pause === null ? Infinity : since + pause;
  }

  private backoff(): number {
    const pause = BACKOFF.first * 2 ** this.failures;
    this.failures += 1;
    return Math.min(pause, BACKOFF.longest);
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (!this.active || this.controller || this.due === Infinity) {
      return;
    }
    this.timer = setTimeout(
      () =>
        void this.act(
          (signal, previous) => this.options.load(signal, true, previous),
          false
        ),
      Math.max(0, this.due - Date.now())
    );
  }

  private set(change: Partial<Snapshot<T>>): void {
    this.state = { ...this.state, ...change };
    this.listeners.forEach(listener => listener());
  }

  private state: Snapshot<T>;
  private readonly listeners = new Set<() => void>();
  private active = false;
  private controller: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  /** When the next look is due (milliseconds since 1970). */
  private due: number;
}
