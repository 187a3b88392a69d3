import * as React from 'react';

import { HttpPipelinesApi } from '../explorer/api/rest';
import type { Page } from '../explorer/api/types';
import { Button } from '../explorer/components/controls';
import type {
  Environment,
  Intervals,
  Source
} from '../explorer/model/environment';
import { Explorer } from '../explorer/Explorer';
import { questionKey } from '../explorer/model/queries';
import { listOf } from '../explorer/model/list';
import type { View } from '../explorer/model/navigation';
import { KernelConnection } from './kernel';
import type { Connection, WidgetModel, WidgetState } from './model';
import {
  isSameConnection,
  jupyterPage,
  pageTransport,
  pageAddress
} from './rest';
import { pageTrans } from './trans';

/** How often to look while something is unfinished, and otherwise (milliseconds). */
const QUICK = 10_000;
const SLOW = 60_000;

/** Kernel messages keep a notebook server awake: end them after this time. */
export const KERNEL_CAP = 30 * 60_000;

/** How the widget reaches Pipelines. */
type Route =
  | { by: 'server'; api: HttpPipelinesApi }
  | { by: 'kernel'; api: HttpPipelinesApi; kernel: KernelConnection };

/** The explorer under a cell. */
export function Widget(props: {
  model: WidgetModel;
  el: HTMLElement;
}): JSX.Element {
  const { model } = props;
  const trans = pageTrans();
  const { view, connection, first } = useWidgetState(model);
  const route = useRoute(model, connection);
  const visible = useInView(props.el);
  const [capped, extend] = useCap(route?.by === 'kernel' ? route.kernel : null);
  const cache = React.useMemo(() => startingCache(view, first), [view, first]);
  const source = React.useMemo<Source>(
    () => ({
      api: route?.api ?? WAITING,
      intervals: intervalsOf(route, capped),
      pageSize: 20
    }),
    [route, capped]
  );
  return (
    <Explorer
      key={JSON.stringify([view, connection.fingerprint])}
      source={source}
      cache={cache}
      trans={trans}
      visible={visible && route !== null}
      view={view}
      links={{ uiUrl: connection.ui_url, namespace: connection.namespace }}
      standIn={connection.stand_in}
      footer={
        route?.by === 'kernel' && (
          <KernelNote kernel={route.kernel} capped={capped} onExtend={extend} />
        )
      }
    />
  );
}

/** Says what the kernel's messages cost: waiting, and an end of refreshing. */
function KernelNote(props: {
  kernel: KernelConnection;
  capped: boolean;
  onExtend: () => void;
}): JSX.Element | null {
  const trans = pageTrans();
  const { subscribe, waiting } = props.kernel;
  const waits = React.useSyncExternalStore(subscribe, waiting);
  if (!waits && !props.capped) {
    return null;
  }
  return (
    <div className="jp-kfp-Banner" role="status">
      {waits ? (
        <span>
          {trans.__(
            'Waiting for the kernel: it answers when the running cell has ended.'
          )}
        </span>
      ) : (
        <>
          <span>{trans.__('This view has stopped refreshing by itself.')}</span>
          <Button onClick={props.onExtend}>{trans.__('Go on')}</Button>
        </>
      )}
    </div>
  );
}

function useWidgetState(model: WidgetModel): WidgetState {
  const read = () => ({
    view: model.get('view'),
    first: model.get('first'),
    connection: model.get('connection')
  });
  const [state, setState] = React.useState(read);
  React.useEffect(() => {
    const changed = () => setState(read());
    const events = ['view', 'first', 'connection'].map(it => `change:${it}`);
    events.forEach(event => model.on(event, changed));
    return () => events.forEach(event => model.off(event, changed));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `read` is of `model` alone.
  }, [model]);
  return state;
}

/** The server, where it talks to the same Pipelines; else the kernel. Null until known. */
function useRoute(
  model: WidgetModel,
  { fingerprint, api_version }: Connection
): Route | null {
  const [route, setRoute] = React.useState<Route | null>(null);
  React.useEffect(() => {
    const controller = new AbortController();
    const kernel = new KernelConnection(model);
    const choose = async () => {
      const page = jupyterPage(document);
      const rest = page && pageTransport(page);
      const own = { fingerprint, api_version };
      const same =
        rest && (await isSameConnection(rest, own, controller.signal));
      if (!controller.signal.aborted) {
        setRoute(
          same && page
            ? {
                by: 'server',
                api: new HttpPipelinesApi(rest, pageAddress(page))
              }
            : {
                by: 'kernel',
                api: new HttpPipelinesApi(kernel.transport),
                kernel
              }
        );
      }
    };
    void choose();
    return () => {
      controller.abort();
      kernel.dispose();
    };
  }, [model, fingerprint, api_version]);
  return route;
}

function intervalsOf(route: Route | null, capped: boolean): Intervals {
  if (route?.by === 'kernel') {
    return { quick: capped ? null : QUICK, slow: null };
  }
  return { quick: QUICK, slow: SLOW };
}

/** Whether refreshing has ended, by time or by an interrupt, and how to begin it again. */
function useCap(kernel: KernelConnection | null): [boolean, () => void] {
  const [capped, setCapped] = React.useState(false);
  React.useEffect(() => {
    if (!kernel || capped) {
      return;
    }
    const before = kernel.interruptions();
    const timer = setTimeout(() => setCapped(true), KERNEL_CAP);
    const unsubscribe = kernel.subscribe(() => {
      if (kernel.interruptions() > before) {
        setCapped(true);
      }
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [kernel, capped]);
  return [capped, () => setCapped(false)];
}

/** Whether any of the element is on the screen. */
function useInView(element: HTMLElement): boolean {
  const [inView, setInView] = React.useState(false);
  React.useEffect(() => {
    const observer = new IntersectionObserver(entries =>
      setInView(entries.some(entry => entry.isIntersecting))
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return inView;
}

/** The answer that Python has given, where the view looks for its own. */
function startingCache(
  view: View,
  first: WidgetState['first']
): Environment['cache'] {
  const cache: Environment['cache'] = new Map();
  if (first.path && typeof first.body === 'object' && first.body !== null) {
    const data =
      'items' in first.body ? listOf(first.body as Page<unknown>) : first.body;
    cache.set(questionKey(first.path, view.query), {
      data,
      at: first.at ? Date.parse(first.at) : Date.now(),
      error: null,
      busy: false,
      outdated: false
    });
  }
  return cache;
}

/** Stands in until the route is known; nothing is asked before. */
const WAITING = new HttpPipelinesApi(() => new Promise(() => undefined));
