import type { WidgetModel } from './model';
import { jupyterPage, PROBE_TIMEOUT } from './rest';
import { pageTrans } from './trans';

/**
 * The name of the explorer's module. A digest of its content is part of it, so that a
 * server or kernel with another version has no file of this name.
 */
declare const EXPLORER: string;

/** What `index.tsx` exports. */
export interface Explorer {
  default: {
    render(props: { model: WidgetModel; el: HTMLElement }): () => void;
  };
}

/** How long a widget leaves it to another one to ask its kernel (milliseconds). */
export const TURN = 2_000;

/** The same for all widgets of a page that show this version of the explorer. */
interface Shared {
  served?: Promise<Explorer>;
  asked?: Promise<Explorer>;
  sent?: Promise<Explorer>;
}

const KEY = Symbol.for(`jupyter-kfp-auth/${EXPLORER}`);
const shared = ((globalThis as Record<symbol, Shared>)[KEY] ??= {});

/** The explorer's module: from the Jupyter server if it has this version, else from the kernel. */
export async function explorer(
  model: WidgetModel,
  signal: AbortSignal
): Promise<Explorer> {
  try {
    return await (shared.served ??= served());
  } catch {
    // The kernel of the first that asked may be gone or busy: the next waits only its turn.
    const first = shared.asked && within(TURN, shared.asked);
    return (first ?? Promise.reject(new Error())).catch(
      () => (shared.asked = asked(model, signal))
    );
  }
}

async function served(): Promise<Explorer> {
  const page = jupyterPage(document);
  if (!page) {
    throw new Error('There is no Jupyter server behind this page.');
  }
  const path = `${page.baseUrl}kfp/v1/explorer/${EXPLORER}`;
  const url = new URL(path, document.baseURI).href;
  return within(PROBE_TIMEOUT, import(url) as Promise<Explorer>);
}

function asked(model: WidgetModel, signal: AbortSignal): Promise<Explorer> {
  const trans = pageTrans();
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const receive = (message: unknown) => {
      const { kind, files } = (message ?? {}) as Partial<Code>;
      if (kind === 'code' && files) {
        stop();
        if (EXPLORER in files) {
          resolve((shared.sent ??= imported(files)));
        } else {
          reject(
            new Error(
              trans.__('Restart the kernel: jupyter-kfp-auth was updated.')
            )
          );
        }
      }
    };
    const stop = () => model.off('msg:custom', receive);
    signal.addEventListener('abort', () => {
      stop();
      reject(signal.reason);
    });
    model.on('msg:custom', receive);
    model.send({ kind: 'code' });
  });
}

/** The kernel's answer: modules by their names. */
interface Code {
  kind: 'code';
  files: Readonly<Record<string, string>>;
}

/** Import the explorer from text, and what it imports by relative names. */
function imported(files: Code['files']): Promise<Explorer> {
  const urls = new Map<string, string>();
  const urlOf = (name: string): string => {
    const known = urls.get(name);
    if (known) {
      return known;
    }
    const code = (files[name] ?? '').replace(
      /"\.\/([\w-]+\.js)"/g,
      (_, other: string) => JSON.stringify(urlOf(other))
    );
    const blob = new Blob([code], { type: 'text/javascript' });
    const url = URL.createObjectURL(blob);
    urls.set(name, url);
    return url;
  };
  return import(urlOf(EXPLORER)) as Promise<Explorer>;
}

function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  return Promise.race([
    promise,
    new Promise<never>((_, reject) =>
      setTimeout(() => reject(new Error('It takes too long.')), milliseconds)
    )
  ]);
}
