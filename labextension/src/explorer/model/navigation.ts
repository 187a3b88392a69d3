import type { ListQuery } from '../api/api';
import type { Run } from '../api/types';
import type { Subject } from './subject';

export type ViewKind =
  | 'experiments'
  | 'runs'
  | 'run'
  | 'clone'
  | 'comparison'
  | 'pipelines'
  | 'recurring-runs'
  | 'recurring-run';

/** What a list is filtered by in the page. */
export interface Filter {
  /** Statuses; all where it is left out or empty. */
  states?: readonly string[];
  /** Days since the start; 0 is today. */
  days?: number;
  /** A recurring run's id. */
  recurring?: string;
  /** Only what is archived. */
  archived?: boolean;
}

/** What the explorer shows. */
export interface View {
  kind: ViewKind;
  /** A run's id; a pipeline's, for its versions; empty for a list. */
  id: string;
  /** The list's filters. */
  query: ListQuery;
  /** What is sought in what is loaded, because the server cannot. */
  filter?: Filter;
  /** The name of the thing that is shown, where it is known. */
  label?: string;
}

/** The views gone through, the current one last; never empty. */
export type Path = readonly View[];

export function currentView(path: Path): View {
  return path[path.length - 1] as View;
}

export function rootView(kind: ViewKind): View {
  return { kind, id: '', query: {} };
}

/** The views on the way to `view`, so that there is a way back. */
export function pathTo(view: View | undefined): Path {
  const above = view && parentOf(view);
  if (!view || above === undefined) {
    return [rootView('experiments')];
  }
  return above ? [rootView(above), view] : [view];
}

/** What a view is opened from; null for a list, undefined for no view at all. */
function parentOf(view: View): ViewKind | null | undefined {
  switch (view.kind) {
    case 'run':
    case 'clone':
    case 'comparison':
      return 'runs';
    case 'runs':
      return view.query.experiment_id ? 'experiments' : null;
    case 'recurring-run':
      return 'recurring-runs';
    case 'pipelines':
      return view.id ? 'pipelines' : null;
    case 'experiments':
    case 'recurring-runs':
      return null;
    default:
      return undefined; // A kind of a newer Python package.
  }
}

/** The runs of an experiment. */
export function runsOf(experimentId: string, label?: string): View {
  return {
    kind: 'runs',
    id: '',
    query: { experiment_id: experimentId },
    label
  };
}

const KINDS: ReadonlySet<unknown> = new Set<ViewKind>([
  'experiments',
  'runs',
  'run',
  'clone',
  'comparison',
  'pipelines',
  'recurring-runs',
  'recurring-run'
]);

/** Whether something that was kept elsewhere is a path. */
export function isPath(value: unknown): value is Path {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    (value as Partial<View>[]).every(
      view =>
        KINDS.has(view?.kind) &&
        typeof view.id === 'string' &&
        typeof view.query === 'object' &&
        view.query !== null
    )
  );
}

/** The view that opens when a thing is opened. */
export function viewOf({ kind, item }: Subject): View {
  switch (kind) {
    case 'run':
      return viewOfRun(item);
    case 'experiment':
      return runsOf(item.experiment_id, item.display_name);
    case 'recurring-run':
      return {
        kind: 'recurring-run',
        id: item.recurring_run_id,
        query: {},
        label: item.display_name
      };
    case 'pipeline':
    case 'pipeline-version':
      return {
        kind: 'pipelines',
        id: item.pipeline_id,
        query: {},
        label: kind === 'pipeline' ? item.display_name : undefined
      };
  }
}

/** The form that starts a run like another one. */
export function cloneOf(run: Pick<Run, 'run_id' | 'display_name'>): View {
  return { kind: 'clone', id: run.run_id, query: {}, label: run.display_name };
}

/** Runs beside each other. */
export function comparisonOf(ids: readonly string[]): View {
  return { kind: 'comparison', id: ids.join(), query: {} };
}

/** The view of one run. */
export function viewOfRun(run: Pick<Run, 'run_id' | 'display_name'>): View {
  return { kind: 'run', id: run.run_id, query: {}, label: run.display_name };
}

/** What belongs together on the screen: its filters change, the view stays. */
export function viewKey({ kind, id, query, filter }: View): string {
  // One run less in a comparison leaves the others as they are.
  const own = kind === 'comparison' ? '' : id;
  const { experiment_id = '' } = query;
  return [kind, own, experiment_id, filter?.recurring ?? ''].join('/');
}

/** The path up to and with its `index`-th view. */
export function backTo(path: Path, index: number): Path {
  return path.slice(0, index + 1);
}

/** The path when what is shown turns out to be called `label`. */
export function withLabel(path: Path, label: string): Path {
  const view = currentView(path);
  return view.label === label
    ? path
    : [...path.slice(0, -1), { ...view, label }];
}

export function withQuery(path: Path, query: ListQuery, filter?: Filter): Path {
  return [...path.slice(0, -1), { ...currentView(path), query, filter }];
}
