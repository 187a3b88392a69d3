import type { Transport } from '../explorer/api/rest';
import { restPath } from '../explorer/api/rest';
import type { WidgetModel } from './model';

/** How long an answer may take before the widget says that it waits (milliseconds). */
export const PATIENCE = 2_000;

interface KernelReply {
  kind: 'reply';
  id: number;
  status: number;
  age?: number;
  body: unknown;
}

interface Pending {
  resolve: (response: Response) => void;
  reject: (error: unknown) => void;
  late: ReturnType<typeof setTimeout>;
}

/**
 * Requests by messages to the kernel.
 *
 * A kernel answers only when it runs no cell, so that an answer may be long in
 * coming; `waiting` says when it is.
 */
export class KernelConnection {
  constructor(private readonly model: WidgetModel) {
    model.on('msg:custom', this.receive);
  }

  readonly transport: Transport = async (request, { signal }) => {
    signal?.throwIfAborted();
    const [path, search] = restPath(request).split('?', 2);
    const query = Object.fromEntries(new URLSearchParams(search));
    const { method } = request;
    const body = method === 'GET' ? undefined : parsed(await request.text());
    return new Promise<Response>((resolve, reject) => {
      const id = this.next++;
      const late = setTimeout(() => this.isLate(id), PATIENCE);
      this.pending.set(id, { resolve, reject, late });
      signal?.addEventListener('abort', () => {
        this.take(id)?.reject(signal.reason);
      });
      this.model.send({ kind: 'request', id, method, path, query, body });
    });
  };

  /** Whether an answer is overdue. */
  readonly waiting = (): boolean => this.overdue.size > 0;

  /** How often the kernel was interrupted while it answered. */
  readonly interruptions = (): number => this.interrupted;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  dispose(): void {
    this.model.off('msg:custom', this.receive);
    this.pending.forEach(({ late }) => clearTimeout(late));
    this.pending.clear();
  }

  private readonly receive = (message: unknown): void => {
    if (isReply(message)) {
      const { id, status, age = 0, body } = message;
      if (this.pending.has(id) && isInterrupted(body)) {
        this.interrupted += 1;
        this.notify();
      }
      this.take(id)?.resolve(responseOf(status, age, body));
    }
  };

  private take(id: number): Pending | undefined {
    const found = this.pending.get(id);
    clearTimeout(found?.late);
    this.pending.delete(id);
    if (this.overdue.delete(id)) {
      this.notify();
    }
    return found;
  }

  private isLate(id: number): void {
    this.overdue.add(id);
    this.notify();
  }

  private notify(): void {
    this.listeners.forEach(listener => listener());
  }

  /** Begins at random: all pages with this kernel receive all its answers. */
  private next = Math.floor(Math.random() * 2 ** 48);
  private interrupted = 0;
  private readonly pending = new Map<number, Pending>();
  private readonly overdue = new Set<number>();
  private readonly listeners = new Set<() => void>();
}

function isReply(message: unknown): message is KernelReply {
  const { kind, id, status } = (message ?? {}) as Partial<KernelReply>;
  return (
    kind === 'reply' && typeof id === 'number' && typeof status === 'number'
  );
}

function isInterrupted(body: unknown): boolean {
  const { error } = (body ?? {}) as { error?: { cause?: unknown } };
  return error?.cause === 'interrupted';
}

/** JSON that is sent; nothing where the request has no body. */
function parsed(text: string): unknown {
  return text ? JSON.parse(text) : undefined;
}

/** An answer as if it had come by HTTP. */
function responseOf(status: number, age: number, body: unknown): Response {
  const empty = status === 204 || status === 304;
  return new Response(empty ? null : JSON.stringify(body), {
    status,
    headers: { Age: String(age) }
  });
}
