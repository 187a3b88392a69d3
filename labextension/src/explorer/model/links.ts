/** The published documentation; `doctor/links.py` has the same address. */
const DOCUMENTATION = 'https://jupyter-kfp-auth.github.io/jupyter-kfp-auth';

/** The address of a cause's section in the catalogue of problems. */
export function problemUrl(cause: string): string {
  return `${DOCUMENTATION}/problems.html#${encodeURIComponent(cause)}`;
}

/** Where the pages of the Kubeflow Pipelines UI are. */
export interface LinkBase {
  /** The UI's address, such as `https://kubeflow.example.com/_/pipeline/`; empty: on this page's own host. */
  uiUrl: string;
  namespace: string;
}

export type Target =
  | { kind: 'experiment'; id: string }
  | { kind: 'run'; id: string }
  | { kind: 'comparison'; runs: readonly string[] }
  | { kind: 'recurring-run'; id: string }
  | { kind: 'pipeline'; id: string }
  | { kind: 'pipeline-version'; id: string; pipeline: string };

/** The address of a thing's page in the Pipelines UI. */
export function pageUrl(
  base: LinkBase,
  target: Target,
  origin: string = window.location.origin
): string {
  const ui = /^https?:\/\//i.test(base.uiUrl)
    ? base.uiUrl.replace(/[?#].*$/, '')
    : `${origin}/_/pipeline/`;
  const query = base.namespace
    ? `?ns=${encodeURIComponent(base.namespace)}`
    : '';
  return `${ui.replace(/\/*$/, '/')}${query}#${route(target)}`;
}

function route(target: Target): string {
  if (target.kind === 'comparison') {
    return `/compare?runlist=${target.runs.map(encodeURIComponent).join(',')}`;
  }
  const id = encodeURIComponent(target.id);
  switch (target.kind) {
    case 'experiment':
      return `/experiments/details/${id}`;
    case 'run':
      return `/runs/details/${id}`;
    case 'recurring-run':
      return `/recurringrun/details/${id}`;
    case 'pipeline':
      return `/pipelines/details/${id}`;
    case 'pipeline-version':
      return `/pipelines/details/${encodeURIComponent(target.pipeline)}/version/${id}`;
  }
}
