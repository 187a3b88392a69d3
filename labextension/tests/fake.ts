import type {
  Answer,
  ListQuery,
  PipelinesApi,
  RequestOptions
} from '../src/explorer/api/api';
import type {
  ArtifactContent,
  RunComparison,
  RunOutputs
} from '../src/explorer/api/types';
import type {
  Diagnosis,
  Experiment,
  Page,
  Pipeline,
  PipelineVersion,
  RecurringRun,
  RepairOutcome,
  RepairPlan,
  NewRun,
  Run,
  RunParameters,
  Status,
  Task
} from '../src/explorer/api/types';
import type { Stateful } from '../src/explorer/model/states';
import { statusOf } from '../src/explorer/model/states';
import { FakeLog } from './log/fake-log';

import type { Source } from '../src/explorer/model/environment';
import { Store } from '../src/explorer/model/store';

/** What a `FakeApi` holds; tests change it as the server's data changes. */
export interface World {
  status: Status;
  diagnosis: Diagnosis;
  plan: RepairPlan;
  outcome: RepairOutcome;
  experiments: Experiment[];
  runs: Run[];
  parameters: RunParameters;
  recurringRuns: RecurringRun[];
  pipelines: Pipeline[];
  versions: PipelineVersion[];
  /** By the ids of their tasks. */
  logs: Record<string, FakeLog>;
  outputs?: RunOutputs;
  comparison?: RunComparison;
  artifacts: Record<string, ArtifactContent>;
}

/** Pipelines in the memory of the test; every call is kept in `calls`. */
export class FakeApi implements PipelinesApi {
  /** The keys of the plans that were carried out. */
  readonly repairs: string[] = [];
  readonly calls: { path: string; query: ListQuery; poll: boolean }[] = [];
  /** Thrown instead of an answer while it is set. */
  failure: Error | null = null;
  /** Milliseconds since Pipelines gave its answers. */
  age = 0;

  constructor(readonly world: World = aWorld()) {}

  status = (options?: RequestOptions) =>
    this.answer('status', this.world.status, options);
  diagnosis = async (options?: RequestOptions & { namespace?: string }) => {
    const { namespace, poll } = options ?? {};
    const query = namespace ? { namespace } : {};
    this.calls.push({ path: 'doctor', query, poll: !!poll });
    return { data: this.world.diagnosis, at: Date.now() };
  };
  experiments = (query: ListQuery, options?: RequestOptions) =>
    this.page('experiments', this.world.experiments, query, options);
  experiment = (id: string, options?: RequestOptions) =>
    this.answer(
      `experiments/${id}`,
      this.world.experiments.find(it => it.experiment_id === id),
      options
    );
  runs = (query: ListQuery, options?: RequestOptions) =>
    this.page(
      'runs',
      this.world.runs
        .filter(run => !query.state || run.state === query.state)
        .filter(
          run =>
            !query.experiment_id || run.experiment_id === query.experiment_id
        )
        .map(run => ({ ...run, tasks: [] })),
      query,
      options
    );
  run = (id: string, options?: RequestOptions) =>
    this.answer(
      `runs/${id}`,
      this.world.runs.find(it => it.run_id === id),
      options
    );
  log: PipelinesApi['log'] = (run, task, range, options) => {
    const path = `runs/${run}/tasks/${task}/logs`;
    this.calls.push({ path, query: {}, poll: !!options?.poll });
    return this.logOf(task).read(range, {
      signal: options?.signal ?? new AbortController().signal
    });
  };
  searchLog: PipelinesApi['searchLog'] = (_, task, search, options) =>
    this.logOf(task).search(search, {
      signal: options?.signal ?? new AbortController().signal
    });
  outputs = (run: string, task?: string, options?: RequestOptions) => {
    const { outputs } = this.world;
    const own = outputs && {
      ...outputs,
      tasks: outputs.tasks.filter(it => !task || it.task_id === task)
    };
    return this.answer(`runs/${run}/outputs`, own, options);
  };
  comparison = (ids: readonly string[], options?: RequestOptions) =>
    this.answer(`comparison ${ids.join()}`, this.world.comparison, options);
  artifact = async (run: string, id: string, options?: RequestOptions) => {
    const path = `runs/${run}/artifacts/${id}`;
    return (await this.answer(path, this.world.artifacts[id], options)).data;
  };
  address = (path: string) => `/kfp/v1/${path}`;
  private logOf(task: string): FakeLog {
    return (this.world.logs[task] ??= new FakeLog(''));
  }
  runParameters = (id: string, options?: RequestOptions) =>
    this.answer(`runs/${id}/parameters`, this.world.parameters, options);
  watched = (options?: RequestOptions) =>
    this.answer('watched', { run_ids: [...this.watching] }, options);
  createRun = async (run: NewRun) => {
    this.created.push(run);
    await this.act('runs');
    return aRun('new', { display_name: run.name ?? 'Clone' });
  };
  recurringRuns = (query: ListQuery, options?: RequestOptions) =>
    this.page('recurring-runs', this.world.recurringRuns, query, options);
  recurringRun = (id: string, options?: RequestOptions) =>
    this.answer(
      `recurring-runs/${id}`,
      this.world.recurringRuns.find(it => it.recurring_run_id === id),
      options
    );
  pipelines = (query: ListQuery, options?: RequestOptions) =>
    this.page('pipelines', this.world.pipelines, query, options);
  pipeline = (id: string, options?: RequestOptions) =>
    this.answer(
      `pipelines/${id}`,
      this.world.pipelines.find(it => it.pipeline_id === id),
      options
    );
  pipelineVersions = (id: string, query: ListQuery, options?: RequestOptions) =>
    this.page(
      `pipelines/${id}/versions`,
      this.world.versions.filter(it => it.pipeline_id === id),
      query,
      options
    );

  /** The runs whose end will be told. */
  readonly watching: string[] = [];
  /** The runs that were asked for. */
  readonly created: NewRun[] = [];
  /** What was done, as `runs/r1/terminate`. */
  readonly acts: string[] = [];
  /** How the world changes when something is done. */
  onAct: (path: string) => void | Promise<void> = () => undefined;
  repairPlan = async () => ({ data: this.world.plan, at: Date.now() });
  applyRepair = async (key: string) => {
    this.repairs.push(key);
    return this.world.outcome;
  };
  actOnExperiment = (id: string, action: string) =>
    this.act(`experiments/${id}/${action}`);
  actOnRun = (id: string, action: string) => this.act(`runs/${id}/${action}`);
  actOnRecurringRun = (id: string, action: string) =>
    this.act(`recurring-runs/${id}/${action}`);

  private async act(path: string): Promise<void> {
    this.acts.push(path);
    await Promise.resolve();
    await this.onAct(path);
    if (this.failure) {
      throw this.failure;
    }
  }

  /** The calls to one path. */
  callsTo(path: string): ListQuery[] {
    return this.calls
      .filter(call => call.path === path)
      .map(call => call.query);
  }

  private page<T extends { display_name: string }>(
    path: string,
    all: readonly T[],
    query: ListQuery,
    options?: RequestOptions
  ): Promise<Answer<Page<T>>> {
    const found = all.filter(it =>
      it.display_name.includes(query.search ?? '')
    );
    if (query.sort_by === 'name asc') {
      found.sort((one, other) =>
        one.display_name.localeCompare(other.display_name)
      );
    }
    const from = Number(query.page_token || 0);
    const to = from + (query.page_size ?? 20);
    const page = {
      items: found.slice(from, to),
      next_page_token: to < found.length ? String(to) : '',
      total_size: found.length
    };
    return this.answer(path, page, options, query);
  }

  private async answer<T>(
    path: string,
    data: T | undefined,
    options?: RequestOptions,
    query: ListQuery = {}
  ): Promise<Answer<T>> {
    this.calls.push({ path, query, poll: !!options?.poll });
    await Promise.resolve();
    options?.signal?.throwIfAborted();
    if (this.failure) {
      throw this.failure;
    }
    if (data === undefined) {
      throw new Error(`There is no ${path}`);
    }
    return { data, at: Date.now() - this.age };
  }
}

/** How a test asks; nothing is asked again by itself, unless `intervals` says so. */
export function aSource(
  api: PipelinesApi,
  intervals: Source['intervals'] = { quick: null, slow: null }
): Source {
  return { store: new Store(api), pageSize: 50, intervals };
}

export function aWorld(): World {
  return {
    status: aStatus(),
    diagnosis: aDiagnosis(),
    plan: aPlan(),
    outcome: anOutcome(),
    experiments: [],
    runs: [],
    parameters: { name: 'Clone of run', parameters: [] },
    recurringRuns: [],
    pipelines: [],
    versions: [],
    logs: {},
    outputs: someNoOutputs(),
    artifacts: {}
  };
}

export function aStatus(change: Partial<Status> = {}): Status {
  return {
    api_version: '1',
    ok: true,
    error: null,
    fingerprint: 'f00d',
    settings: {
      host: {
        value: 'http://ml-pipeline.kubeflow.svc.cluster.local:8888',
        origin: 'default'
      },
      token_path: {
        value: '/var/run/secrets/kubeflow/pipelines/token',
        origin: 'default'
      },
      namespace: { value: 'team-a', origin: "the token's claim" },
      ca_cert: { value: '', origin: 'default' },
      ui_url: { value: '', origin: "the browser's own origin" },
      metadata_endpoint: {
        value: 'metadata-grpc-service:8080',
        origin: 'default'
      }
    },
    identity: 'system:serviceaccount:team-a:default-editor',
    token: {
      present: true,
      audience: ['pipelines.kubeflow.org'],
      expires_at: new Date(Date.now() + 52 * 60_000).toISOString()
    },
    pipelines: {
      api: 'v2beta1',
      release: '2.14.3',
      multi_user: true,
      stand_in: false
    },
    in_progress: null,
    updates: null,
    versions: { 'jupyter-kfp-auth': '0.1.0', 'jupyter-server': '2.21.1' },
    ...change
  };
}

export function aDiagnosis(change: Partial<Diagnosis> = {}): Diagnosis {
  return {
    ok: true,
    cause: 'ok',
    message: 'Everything is in place.',
    next_step: '',
    who: '',
    paste: '',
    checks: [],
    ...change
  };
}

export function aPlan(change: Partial<RepairPlan> = {}): RepairPlan {
  return {
    remedy: 'mint',
    message: 'A token can be minted.',
    change: '',
    restart: false,
    who: 'you',
    reasons: [],
    letter: '',
    key: '0123456789abcdef',
    ...change
  };
}

export function anOutcome(change: Partial<RepairOutcome> = {}): RepairOutcome {
  return {
    ok: true,
    remedy: 'mint',
    changed: true,
    message: 'A token was minted.',
    next_step: '',
    restart: false,
    cause: '',
    ...change
  };
}

export function anExperiment(
  id: string,
  change: Partial<Experiment> = {}
): Experiment {
  return {
    experiment_id: id,
    display_name: `experiment ${id}`,
    description: '',
    namespace: 'team-a',
    created_at: '2026-11-20T10:00:00Z',
    last_run_created_at: '2026-11-23T10:00:00Z',
    storage_state: 'AVAILABLE',
    ...change
  };
}

/** The outputs of a run that has none. */
export function someNoOutputs(): RunOutputs {
  return {
    run_id: '',
    inputs: {},
    outputs: {},
    tasks: [],
    metrics: [],
    artifacts: [],
    problem: null
  };
}

/** As the server works it out of a state. */
function withStatus(item: Stateful): { status: Run['status'] } {
  return { status: statusOf({ ...item, status: '' }) as Run['status'] };
}

export function aRun(id: string, change: Partial<Run> = {}): Run {
  return {
    run_id: id,
    display_name: `run ${id}`,
    description: '',
    experiment_id: 'e1',
    namespace: '',
    state: 'SUCCEEDED',
    error: '',
    created_at: '2026-11-23T10:00:00Z',
    scheduled_at: null,
    finished_at: '2026-11-23T10:04:12Z',
    storage_state: 'AVAILABLE',
    pipeline_id: '',
    pipeline_version_id: '',
    recurring_run_id: '',
    service_account: '',
    pipeline_root: '',
    parameters: {},
    metrics: [],
    tasks: [],
    state_history: [],
    pipeline_spec: null,
    reason: null,
    ...withStatus({ state: 'SUCCEEDED', ...change }),
    ...change
  };
}

export function aTask(id: string, change: Partial<Task> = {}): Task {
  return {
    task_id: id,
    display_name: `task ${id}`,
    state: 'SUCCEEDED',
    error: '',
    created_at: '2026-11-23T10:00:00Z',
    started_at: '2026-11-23T10:00:10Z',
    finished_at: '2026-11-23T10:01:10Z',
    parent_task_id: '',
    child_task_ids: [],
    inputs: {},
    outputs: {},
    state_history: [],
    key: '',
    path: [],
    depends_on: [],
    attempts: 1,
    cached_from: '',
    node_id: '',
    pods: [],
    reason: null,
    ...withStatus({ state: 'SUCCEEDED', ...change }),
    ...change
  };
}

export function aRecurringRun(
  id: string,
  change: Partial<RecurringRun> = {}
): RecurringRun {
  return {
    recurring_run_id: id,
    display_name: `recurring run ${id}`,
    description: '',
    experiment_id: 'e1',
    namespace: 'team-a',
    enabled: true,
    created_at: '2026-11-20T10:00:00Z',
    updated_at: null,
    cron: '0 0 3 * * *',
    interval_seconds: null,
    start_time: null,
    end_time: null,
    max_concurrency: 1,
    no_catchup: false,
    pipeline_id: '',
    pipeline_version_id: '',
    service_account: '',
    parameters: {},
    error: '',
    ...change
  };
}

export function aPipeline(
  id: string,
  change: Partial<Pipeline> = {}
): Pipeline {
  return {
    pipeline_id: id,
    display_name: `pipeline ${id}`,
    name: `pipeline-${id}`,
    description: '',
    namespace: '',
    created_at: '2026-11-20T10:00:00Z',
    error: '',
    ...change
  };
}
