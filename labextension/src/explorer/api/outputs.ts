/** What a run produced, as `runs/<id>/outputs` answers. */
export interface RunOutputs {
  run_id: string;
  inputs: Values;
  tasks: readonly TaskOutputs[];
  metrics: readonly MetricRow[];
  /** Why not all of it could be had. */
  problem: { cause: string; message: string; next_step: string } | null;
}

export type Values = Readonly<Record<string, unknown>>;

export interface TaskOutputs {
  task_id: string;
  task: string;
  /** The groups, iterations and the task, from the root. */
  path: readonly string[];
  state: string;
  cached: boolean;
  /** The run that made it; empty where that is not known. */
  cached_from: string;
  inputs: Values;
  outputs: Values;
  input_artifacts: readonly Artifact[];
  artifacts: readonly Artifact[];
  curves: readonly Curve[];
  matrices: readonly ConfusionMatrix[];
}

export interface Artifact {
  id: string;
  name: string;
  type: string;
  uri: string;
  metadata: Values;
}

export interface MetricRow {
  task: string;
  path: readonly string[];
  artifact: string;
  name: string;
  value: unknown;
}

export interface Curve {
  artifact: string;
  kind: string;
  /** Threshold, false positive rate, true positive rate. */
  points: readonly Point[];
}

export type Point = readonly [number | null, number, number];

export interface ConfusionMatrix {
  artifact: string;
  categories: readonly string[];
  /** One row for each true category. */
  rows: readonly (readonly number[])[];
}

/** A bounded look into an artifact, as `runs/<id>/artifacts/<id>` answers. */
export interface ArtifactContent {
  id: string;
  name: string;
  type: string;
  uri: string;
  media_type: string;
  kind:
    | 'text'
    | 'json'
    | 'csv'
    | 'markdown'
    | 'image'
    | 'html'
    | 'folder'
    | 'binary';
  /** Of the whole (bytes). */
  size: number | null;
  truncated: boolean;
  text?: string;
  base64?: string;
  files?: readonly (string | { name: string; size?: number | null })[];
}
