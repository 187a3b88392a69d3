import type { View } from '../explorer/model/navigation';

/** What Python tells the widget; `jupyter_kfp_auth/notebook/widget.py` writes it. */
export interface WidgetState {
  /** What to show. */
  view: View;
  /** The answer that Python has already; empty when it has none. */
  first: {
    path?: string;
    query?: Record<string, unknown>;
    body?: unknown;
    /** When Pipelines gave it (ISO 8601); without it, now. */
    at?: string;
  };
  connection: Connection;
}

/** The kernel's connection; nothing in it is secret. */
export interface Connection {
  /** Equal where two processes talk to the same Pipelines as the same account. */
  fingerprint: string;
  api_version: string;
  namespace: string;
  ui_url: string;
  /** True when the answers come from the sandbox. */
  stand_in: boolean;
}

/** The browser's side of the widget, as anywidget gives it. */
export interface WidgetModel {
  get<K extends keyof WidgetState>(name: K): WidgetState[K];
  on(event: string, callback: (message: unknown) => void): void;
  off(event: string, callback: (message: unknown) => void): void;
  send(message: unknown): void;
}
