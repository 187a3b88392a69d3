import type { LogPlace, LogSearch } from '../../src/explorer/api/api';
import type { LogChunk, LogMatches } from '../../src/explorer/api/types';
import type { LogSource } from '../../src/explorer/model/run-data';

/** A log in memory; every range that is read is kept in `reads`. */
export class FakeLog implements LogSource {
  readonly reads: (LogPlace & { offset: number; limit: number })[] = [];
  readonly searches: (LogPlace & LogSearch)[] = [];
  failure: Error | null = null;
  more: Partial<LogChunk> = {};
  private bytes: Uint8Array;

  constructor(text: string) {
    this.bytes = new TextEncoder().encode(text);
  }

  write(text: string): void {
    const more = new TextEncoder().encode(text);
    const all = new Uint8Array(this.bytes.length + more.length);
    all.set(this.bytes);
    all.set(more, this.bytes.length);
    this.bytes = all;
  }

  read: LogSource['read'] = async range => {
    this.reads.push(range);
    await Promise.resolve();
    if (this.failure) {
      throw this.failure;
    }
    const size = this.bytes.length;
    const offset =
      range.offset < 0 ? Math.max(0, size + range.offset) : range.offset;
    const next_offset = Math.min(size, offset + range.limit);
    return {
      task_id: 't',
      task: 'train',
      attempt: range.attempt ?? 2,
      attempts: 2,
      container: range.container ?? 'main',
      containers: ['main', 'driver'],
      source: 'pod',
      text: new TextDecoder().decode(this.bytes.slice(offset, next_offset)),
      offset,
      next_offset,
      size,
      ended: true,
      reason: null,
      ...this.more
    };
  };

  search: LogSource['search'] = async (search): Promise<LogMatches> => {
    this.searches.push(search);
    await Promise.resolve();
    const text = new TextDecoder().decode(this.bytes);
    const matches = [];
    for (let at = text.indexOf(search.text); at >= 0;) {
      matches.push({ offset: at, line: search.text });
      at = text.indexOf(search.text, at + 1);
    }
    return { matches: matches.slice(0, 1000), total: matches.length };
  };

  download = ({ attempt }: LogPlace) => `/log?attempt=${attempt ?? ''}`;
}
