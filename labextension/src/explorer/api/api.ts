import type {
  ArtifactContent,
  Diagnosis,
  Experiment,
  LogChunk,
  LogMatches,
  NewRun,
  Page,
  Pipeline,
  PipelineVersion,
  RecurringRun,
  RepairOutcome,
  RepairPlan,
  Run,
  RunComparison,
  RunOutputs,
  RunParameters,
  Status,
  Watched
} from './types';

/** Data, and when Pipelines gave it (milliseconds since 1970). */
export interface Answer<T> {
  data: T;
  at: number;
}

export interface RequestOptions {
  signal?: AbortSignal;
  /** Nobody asked for it just now: such a request does not count as activity. */
  poll?: boolean;
}

/** The keys of a list request; what is left out or empty is not sent. */
export interface ListQuery {
  namespace?: string;
  experiment_id?: string;
  state?: string;
  page_size?: number;
  page_token?: string;
  sort_by?: string;
  search?: string;
  include_archived?: boolean;
}

/** Whose log it is: which attempt of a task, and which container of its pod. */
export interface LogPlace {
  /** The last one where it is left out. */
  attempt?: number;
  container?: string;
}

/** What is searched for in a log. */
export interface LogSearch {
  text: string;
  /** Whether the text is a regular expression. */
  regex: boolean;
  /** Whether capital letters matter. */
  matchCase: boolean;
}

/** One page of a list. */
export type FetchPage<T> = (
  query: ListQuery,
  options?: RequestOptions
) => Promise<Answer<Page<T>>>;

/** What can be done to a run; watching means to be told when it ends. */
export type RunAction =
  'terminate' | 'retry' | 'archive' | 'unarchive' | 'watch' | 'unwatch';
export type ExperimentAction = 'archive' | 'unarchive';
export type RecurringRunAction = 'enable' | 'disable';

/** Does something once; resolves when Pipelines has agreed. */
export type Act<A extends string> = (id: string, action: A) => Promise<void>;

type Fetch<T> = (options?: RequestOptions) => Promise<Answer<T>>;
type FetchOne<T> = (id: string, options?: RequestOptions) => Promise<Answer<T>>;

/**
 * All that the explorer needs to know of Pipelines.
 *
 * Every method rejects with an `ApiError`, or with an `AbortError` after the
 * signal was raised.
 */
export interface PipelinesApi {
  status: Fetch<Status>;
  /** Runs the probes, for the configured namespace or another. */
  diagnosis: (
    options?: RequestOptions & { namespace?: string }
  ) => Promise<Answer<Diagnosis>>;
  /** What the doctor could do itself; nothing is changed. */
  repairPlan: Fetch<RepairPlan>;
  /** Carries out the plan that was shown, which the key names. */
  applyRepair: (key: string) => Promise<RepairOutcome>;
  experiments: FetchPage<Experiment>;
  experiment: FetchOne<Experiment>;
  runs: FetchPage<Run>;
  /** One run, with its tasks. */
  run: FetchOne<Run>;
  /** A piece of a task's log. */
  log: (
    run: string,
    task: string,
    range: LogPlace & { offset: number; limit: number },
    options?: RequestOptions
  ) => Promise<LogChunk>;
  /** Searches the whole log of a task. */
  searchLog: (
    run: string,
    task: string,
    search: LogPlace & LogSearch,
    options?: RequestOptions
  ) => Promise<LogMatches>;
  /** What a run, or one of its tasks, has put out. */
  outputs: (
    run: string,
    task: string | undefined,
    options?: RequestOptions
  ) => Promise<Answer<RunOutputs>>;
  /** Runs side by side. */
  comparison: (
    ids: readonly string[],
    options?: RequestOptions
  ) => Promise<Answer<RunComparison>>;
  /** The beginning of an artifact. */
  artifact: (
    run: string,
    artifact: string,
    options?: RequestOptions
  ) => Promise<ArtifactContent>;
  /** Where a path can be downloaded from; null where there is only the kernel. */
  address: (path: string) => string | null;
  /** What a clone of a run takes, with what the run was given. */
  runParameters: FetchOne<RunParameters>;
  /**
   * Starts a run like an old one, once, and resolves with it. Rejects with an
   * error whose `fields` say which arguments do not fit.
   */
  createRun: (run: NewRun) => Promise<Run>;
  /** The runs whose end the server will tell of. */
  watched: Fetch<Watched>;
  recurringRuns: FetchPage<RecurringRun>;
  recurringRun: FetchOne<RecurringRun>;
  pipelines: FetchPage<Pipeline>;
  pipeline: FetchOne<Pipeline>;
  pipelineVersions: (
    id: string,
    query: ListQuery,
    options?: RequestOptions
  ) => Promise<Answer<Page<PipelineVersion>>>;
  actOnExperiment: Act<ExperimentAction>;
  actOnRun: Act<RunAction>;
  actOnRecurringRun: Act<RecurringRunAction>;
}
