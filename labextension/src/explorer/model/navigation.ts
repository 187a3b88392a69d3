import type { ListQuery } from '../api/api';
import type { Run } from '../api/types';

export type ViewKind =
  'experiments' | 'runs' | 'run' | 'pipelines' | 'recurring-runs';

/** What the explorer shows. */
export interface View {
  kind: ViewKind;
  /** A run's id; a pipeline's, for its versions; empty for a list. */
  id: string;
  /** The list's filters. */
  query: ListQuery;
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
      return 'runs';
    case 'runs':
      return view.query.experiment_id ? 'experiments' : null;
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
  'pipelines',
  'recurring-runs'
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

/** The view of one run. */
export function viewOfRun(run: Pick<Run, 'run_id' | 'display_name'>): View {
  return { kind: 'run', id: run.run_id, query: {}, label: run.display_name };
}

/** What belongs together on the screen: its filters change, the view stays. */
export function viewKey(view: View): string {
  return [view.kind, view.id, view.query.experiment_id ?? ''].join('/');
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

export function withQuery(path: Path, query: ListQuery): Path {
  return [...path.slice(0, -1), { ...currentView(path), query }];
}
