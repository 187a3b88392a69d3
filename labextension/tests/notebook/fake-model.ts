import type { WidgetModel, WidgetState } from '../../src/notebook/model';

/** The browser's side of a widget, with a kernel that answers when it is told to. */
export class FakeModel implements WidgetModel {
  readonly sent: Record<string, unknown>[] = [];
  private readonly listeners = new Map<
    string,
    Set<(message: unknown) => void>
  >();

  constructor(readonly state: WidgetState) {}

  get<K extends keyof WidgetState>(name: K): WidgetState[K] {
    return this.state[name];
  }

  on(event: string, callback: (message: unknown) => void): void {
    const all = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, all.add(callback));
  }

  off(event: string, callback: (message: unknown) => void): void {
    this.listeners.get(event)?.delete(callback);
  }

  send(message: unknown): void {
    this.sent.push(message as Record<string, unknown>);
  }

  /** How many listen to anything. */
  get listening(): number {
    return [...this.listeners.values()].reduce((sum, all) => sum + all.size, 0);
  }

  emit(event: string, message?: unknown): void {
    this.listeners.get(event)?.forEach(listener => listener(message));
  }

  /** Answer all that was asked; this kernel knows nothing of its status. */
  answerAll(body: unknown): void {
    const error = { cause: 'not-found', message: 'No.', next_step: '' };
    this.sent.forEach(({ path }, index) =>
      path === 'status'
        ? this.answer(index, { error: { ...error, status: 404 } }, 404)
        : this.answer(index, body)
    );
  }

  /** Answer the request `sent[index]`. */
  answer(index: number, body: unknown, status = 200): void {
    const id = this.sent[index]?.id;
    this.emit('msg:custom', { kind: 'reply', id, status, age: 0, body });
  }
}

export function aState(change: Partial<WidgetState> = {}): WidgetState {
  return {
    view: { kind: 'experiments', id: '', query: {} },
    first: {},
    connection: {
      fingerprint: 'f00d',
      api_version: '1',
      namespace: 'team-a',
      ui_url: '',
      stand_in: false
    },
    ...change
  };
}
