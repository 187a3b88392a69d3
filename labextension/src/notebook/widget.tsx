import * as React from 'react';

import { RestApi } from '../explorer/api/rest';
import type { Page } from '../explorer/api/types';
import { Button } from '../explorer/components/controls';
import type { Intervals, Source } from '../explorer/model/environment';
import { Explorer } from '../explorer/Explorer';
import { questionKey } from '../explorer/model/queries';
import { listOf } from '../explorer/model/list';
import type { View } from '../explorer/model/navigation';
import { pathTo } from '../explorer/model/navigation';
import { Navigator } from '../explorer/model/navigator';
import { sharedStore } from '../explorer/model/shared';
import { Store } from '../explorer/model/store';
import { KernelConnection } from './kernel';
import type { Connection, WidgetModel, WidgetState } from './model';
import {
  isSameConnection,
  jupyterPage,
  pageAddress,
  pageTransport
} from './rest';
import { pageTrans } from './trans';

/** How often to look while something is unfinished, and otherwise (milliseconds). */
const QUICK = 10_000;
const SLOW = 60_000;

/** Kernel messages keep a notebook server awake: end them after this time. */
export const KERNEL_CAP = 30 * 60_000;

/** How the widget reaches Pipelines. */
type Route =
  | { by: 'server'; store: Store }
  | { by: 'kernel'; store: Store; kernel: KernelConnection };

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
  const navigator = React.useMemo(() => new Navigator(pathTo(view)), [view]);
  const [waiting] = React.useState(() => new Store(WAITING));
  const store = route?.store ?? waiting;
  const source = React.useMemo<Source>(() => {
    learn(store, view, first);
    return { store, intervals: intervalsOf(route, capped), pageSize: 20 };
  }, [store, view, first, route, capped]);
  return (
    <Explorer
      key={JSON.stringify([view, connection.fingerprint, route?.by])}
      source={source}
      navigator={navigator}
      trans={trans}
      visible={visible && route !== null}
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
    const own = new Store(new RestApi(kernel.transport));
    const choose = async () => {
      const page = jupyterPage(document);
      const api = page && new RestApi(pageTransport(page), pageAddress(page));
      const asked = { fingerprint, api_version };
      const same =
        api && (await isSameConnection(api, asked, controller.signal));
      if (!controller.signal.aborted) {
        setRoute(
          same
            ? { by: 'server', store: sharedStore(() => new Store(api)) }
            : { by: 'kernel', store: own, kernel }
        );
      }
    };
    void choose();
    return () => {
      controller.abort();
      kernel.dispose();
      own.dispose();
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

/** Put the answer that Python has given where the view looks for its own. */
function learn(store: Store, view: View, first: WidgetState['first']): void {
  if (first.path && typeof first.body === 'object' && first.body !== null) {
    const data =
      'items' in first.body ? listOf(first.body as Page<unknown>) : first.body;
    const at = first.at ? Date.parse(first.at) : Date.now();
    store.learn(questionKey(first.path, view.query), { data, at });
  }
}

/** Stands in until the route is known; nothing is asked before. */
const WAITING = new RestApi(() => new Promise(() => undefined));
