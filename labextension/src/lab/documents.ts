import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { Store } from '../explorer/model/store';
import { IExplorer, IPreferences, IStoreProvider } from '../tokens';
import { CommandIDs } from './commands';
import type * as Views from './document-views';
import type { View } from './panel';
import { LazyView } from './panel';

/** A tab of the main area. */
export type DocumentWidget = MainAreaWidget<LazyView>;

/** What a tab shows, as its command takes it. */
export type Shown = Record<string, string | string[]>;

/** JSON schema of an argument. */
type Schema = Record<string, string | number | Record<string, string>>;

/** A kind of things that have a tab each. */
interface Kind {
  command: string;
  label: string;
  caption: string;
  /** The argument that names what is shown, and the schema of all. */
  key: string;
  properties: Record<string, Schema>;
  /** What the tab is called at first. */
  title: (shown: Shown) => string;
  view: (
    views: typeof Views,
    store: Store,
    shown: Shown,
    widget: DocumentWidget,
    /** Tell what is shown from now on. */
    change: (shown: Shown) => void
  ) => View;
}

/** Runs, and comparisons of runs, as documents in the main area. */
export const run: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-kfp-auth:run',
  description: 'Runs of Kubeflow Pipelines in the main area.',
  autoStart: true,
  requires: [IPreferences, IStoreProvider, IExplorer],
  optional: [ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    preferences: IPreferences,
    storeProvider: IStoreProvider,
    explorer: IExplorer,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_kfp_auth');
    const text = { type: 'string' };
    const run: Kind = {
      command: CommandIDs.openRun,
      label: trans.__('Open Run…'),
      caption: trans.__('Show a run in a tab of its own'),
      key: 'run_id',
      properties: {
        run_id: { ...text, description: trans.__('The id of the run.') },
        name: {
          ...text,
          description: trans.__(
            'What the tab is called until the run is loaded.'
          )
        }
      },
      title: ({ name }) => String(name ?? '') || trans.__('Run'),
      view: (views, store, shown, { title }, change) =>
        views.makeRunView(
          { app, preferences, store, trans },
          explorer,
          String(shown['run_id']),
          title,
          name => change({ ...shown, name })
        )
    };
    const comparison: Kind = {
      command: CommandIDs.compareRuns,
      label: trans.__('Compare Runs'),
      caption: trans.__('Show runs beside each other in a tab'),
      key: 'run_ids',
      properties: {
        run_ids: {
          type: 'array',
          items: text,
          minItems: 1,
          description: trans.__('The ids of the runs.')
        }
      },
      title: () => trans.__('Comparison'),
      view: (views, store, shown, _, change) =>
        views.makeComparisonView(
          { app, preferences, store, trans },
          [shown['run_ids'] ?? []].flat(),
          ids => change({ run_ids: ids })
        )
    };

    for (const kind of [run, comparison]) {
      const tracker = new WidgetTracker<DocumentWidget>({
        namespace: idOf(kind)
      });
      const shown = new WeakMap<DocumentWidget, Shown>();

      const make = (id: string, given: Shown): DocumentWidget => {
        const change = (next: Shown) => {
          // JupyterLab finds the tab's place again by its id.
          shown.set(widget, { ...next, tab: id });
          void tracker.save(widget);
        };
        const content: LazyView = new LazyView(async () => {
          const [views, store] = await Promise.all([
            import('./document-views'),
            storeProvider.load()
          ]);
          return kind.view(views, store, given, widget, change);
        }, trans);
        const widget = new MainAreaWidget({ content });
        widget.id = id;
        widget.title.label = kind.title(given);
        widget.title.icon = content.title.icon;
        widget.title.closable = true;
        widget.toolbar.hide();
        content.addClass('jp-kfp-Document');
        shown.set(widget, given);
        return widget;
      };

      app.commands.addCommand(kind.command, {
        label: kind.label,
        caption: kind.caption,
        describedBy: {
          args: {
            type: 'object',
            properties: kind.properties,
            required: [kind.key]
          }
        },
        execute: async args => {
          const id = idOf(kind, args as Shown);
          if (id === idOf(kind)) {
            throw new Error(`${kind.command} needs ${kind.key}.`);
          }
          let widget = tracker.find(known => known.id === id);
          if (!widget) {
            widget = make(id, args as Shown);
            await tracker.add(widget);
            app.shell.add(widget, 'main');
          }
          app.shell.activateById(id);
          return widget;
        }
      });

      void restorer?.restore(tracker, {
        command: kind.command,
        args: widget => shown.get(widget) ?? {},
        name: widget => widget.id
      });
    }

    // `lab?kfp-run=ID`; JupyterLab may take it out of the address while it starts.
    const linked = new URLSearchParams(window.location.search).get('kfp-run');
    if (linked) {
      void openLinked(app, explorer, linked);
    }
  }
};

async function openLinked(
  app: JupyterFrontEnd,
  explorer: IExplorer,
  run: string
): Promise<void> {
  const { openLinkedRun } = await import('./on-demand');
  await app.restored;
  await openLinkedRun(app, explorer, run);
}

/** The id of the tab that shows `shown`; of no tab where it names nothing. */
function idOf({ key }: Kind, shown: Shown = {}): string {
  const { tab } = shown;
  const kind = `jupyter-kfp-auth-${key === 'run_id' ? 'run' : 'comparison'}`;
  if (typeof tab === 'string' && tab.startsWith(`${kind}-`)) {
    return tab; // Kept over a reload, when what it shows has changed since.
  }
  const named = [shown[key] ?? []].flat().filter(it => typeof it === 'string');
  return [kind, ...named].join('-');
}
