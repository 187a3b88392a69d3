import { ApiError, isAbort } from '../api/errors';
import { firstStop } from './errors';
import type { LogPart } from './lines';
import { appended, lineAt, MOST, NOTHING, partOf, prepended } from './lines';
import type { LogPlace } from '../api/api';
import type { LogChunk } from '../api/types';
import type { LogSource } from '../model/run-data';

/** Where a log opens. */
export type LogStart = 'beginning' | 'end' | 'error';

/** How much is read at once: at first from the end, then more (bytes). */
export const PIECE = { first: 64 * 1024, more: 256 * 1024 };

/** How often a growing log is asked for more (milliseconds). */
export const EVERY = 2_000;

/** What is known of a log. */
export interface LogState {
  part: LogPart;
  /** The last answer, without its text; null before the first. */
  head: LogChunk | null;
  error: ApiError | null;
  busy: boolean;
  /** How many lines have come while the end was not looked at. */
  unread: number;
  /** A line to bring into sight: its first byte. A new object each time. */
  target: { at: number; place: 'start' | 'center' | 'end' } | null;
}

/**
 * Reads a log piece by piece, in both directions, and keeps a bounded part of it.
 *
 * What was read is never replaced by an error.
 */
export class LogReader {
  constructor(
    private readonly source: LogSource,
    private readonly place: LogPlace
  ) {}

  readonly snapshot = (): LogState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Read what is shown first. */
  async open(start: LogStart): Promise<void> {
    const offset = start === 'beginning' ? 0 : -PIECE.first;
    const chunk = await this.read(offset, PIECE.first);
    if (!chunk) {
      return;
    }
    const part = partOf(chunk);
    const stop =
      start === 'error' ? firstStop(part.lines.map(({ text }) => text)) : null;
    const line = stop === null ? part.lines.at(-1) : part.lines[stop];
    this.set({
      part,
      target:
        start === 'beginning' || !line
          ? null
          : { at: line.at, place: stop === null ? 'end' : 'center' }
    });
  }

  /** Read what comes before the part that is here. */
  async loadBefore(): Promise<void> {
    const { start } = this.state.part;
    if (start <= 0 || this.state.busy) {
      return;
    }
    const offset = Math.max(0, start - PIECE.more);
    const chunk = await this.read(offset, start - offset);
    if (chunk && chunk.next_offset === this.state.part.start) {
      this.set({ part: prepended(this.state.part, chunk) });
    }
  }

  /** Read what follows the part that is here. */
  async loadAfter(): Promise<void> {
    if (this.atEnd() || this.state.busy) {
      return;
    }
    const chunk = await this.read(this.state.part.end, PIECE.more);
    if (chunk && chunk.offset === this.state.part.end) {
      this.set({ part: appended(this.state.part, chunk) });
    }
  }

  /** Look whether the log has grown; `reading` says that its end is not looked at. */
  async poll(reading: boolean): Promise<void> {
    const { part, head, busy } = this.state;
    const stays = reading && this.isFull();
    if (busy || head?.ended || !this.atEnd() || stays) {
      return;
    }
    const offset = head ? part.end : -PIECE.first;
    const chunk = await this.read(offset, PIECE.more, true);
    if (!chunk) {
      return;
    }
    const next =
      part.lines.length > 0 && chunk.offset === part.end
        ? appended(part, chunk)
        : partOf(chunk);
    if (chunk.text !== '' || part.lines.length === 0) {
      const lines = chunk.text.split('\n').length - 1;
      this.set({
        part: next,
        unread: reading ? this.state.unread + lines : 0
      });
    }
  }

  /** Show the line that holds this byte. */
  async goTo(offset: number): Promise<void> {
    const index = lineAt(this.state.part, offset);
    if (index >= 0) {
      this.aim(index, 'center');
      return;
    }
    const from = Math.max(0, offset - PIECE.more / 2);
    const chunk = await this.read(from, PIECE.more);
    if (chunk) {
      this.set({ part: partOf(chunk) });
      this.aim(Math.max(0, lineAt(this.state.part, offset)), 'center');
    }
  }

  async goToStart(): Promise<void> {
    if (this.state.part.start > 0) {
      const chunk = await this.read(0, PIECE.more);
      if (!chunk) {
        return;
      }
      this.set({ part: partOf(chunk) });
    }
    this.aim(0, 'start');
  }

  async goToEnd(): Promise<void> {
    if (!this.atEnd() || (this.isFull() && !this.state.head?.ended)) {
      const chunk = await this.read(-PIECE.first, PIECE.first);
      if (!chunk) {
        return;
      }
      this.set({ part: partOf(chunk) });
    }
    this.set({ unread: 0 });
    this.aim(this.state.part.lines.length - 1, 'end');
  }

  /** Whether the part that is here reaches to the end that is known. */
  readonly atEnd = (): boolean => {
    return this.state.part.end >= this.known;
  };

  /** Try again after an error. */
  readonly retry = (start: LogStart): void => {
    void (this.state.head ? this.poll(false) : this.open(start));
  };

  /** Call off what is under way. */
  stop(): void {
    this.controller?.abort();
    this.controller = null;
  }

  /** Whether one more line would push out what is being read. */
  private isFull(): boolean {
    const { lines, start, end } = this.state.part;
    return lines.length >= MOST.lines * 0.9 || end - start >= MOST.bytes * 0.9;
  }

  private aim(index: number, place: 'start' | 'center' | 'end'): void {
    const line = this.state.part.lines[index];
    if (line) {
      this.set({ target: { at: line.at, place } });
    }
  }

  /** One request; null when it failed, or another one took its place. */
  private async read(
    offset: number,
    limit: number,
    poll = false
  ): Promise<LogChunk | null> {
    this.controller?.abort();
    const controller = (this.controller = new AbortController());
    this.set({ busy: true });
    try {
      const chunk = await this.source.read(
        { ...this.place, offset, limit },
        { signal: controller.signal, poll }
      );
      if (controller !== this.controller) {
        return null;
      }
      const head = { ...chunk, text: '' };
      const more = chunk.next_offset - chunk.offset >= limit ? 1 : 0;
      this.known = chunk.size ?? chunk.next_offset + more;
      this.set({ busy: false, error: null, head });
      return chunk;
    } catch (error) {
      if (controller === this.controller && !isAbort(error)) {
        this.set({
          busy: false,
          error:
            error instanceof ApiError
              ? error
              : ApiError.local('unexpected-answer', 0, String(error))
        });
      }
      return null;
    }
  }

  private set(change: Partial<LogState>): void {
    this.state = { ...this.state, ...change };
    this.listeners.forEach(listener => listener());
  }

  private state: LogState = {
    part: NOTHING,
    head: null,
    error: null,
    busy: false,
    unread: 0,
    target: null
  };
  /** Up to where there is something, as far as it is known (bytes). */
  private known = 0;
  private readonly listeners = new Set<() => void>();
  private controller: AbortController | null = null;
}
