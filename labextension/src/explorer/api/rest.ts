import type {
  Answer,
  ExperimentAction,
  ListQuery,
  PipelinesApi,
  RecurringRunAction,
  RequestOptions,
  RunAction
} from './api';
import { ApiError, isAbort } from './errors';
import type { LogChunk, LogMatches, LogPlace, LogSearch } from './logs';
import type { ArtifactContent, RunOutputs } from './outputs';
import type {
  Diagnosis,
  Experiment,
  NewRun,
  Page,
  Pipeline,
  PipelineVersion,
  RecurringRun,
  RepairOutcome,
  RepairPlan,
  Run,
  RunParameters,
  Status,
  Watched
} from './types';

export type Query = Readonly<Record<string, string>>;

/** What came back, whichever way it came. */
export interface Reply {
  status: number;
  /** The decoded JSON; a string where the answer was none. */
  body: unknown;
  /** Seconds since Pipelines gave this answer. */
  age: number;
  etag?: string;
}

export interface TransportOptions extends RequestOptions {
  /** Of the answer that is known: a status of 304 says that it still holds. */
  etag?: string;
  /** Sent as JSON. */
  body?: unknown;
}

/**
 * One request to a path below `kfp/v1/`. Rejects when there is no answer at all,
 * and with an `AbortError` when the signal is raised.
 */
export type Transport = (
  method: 'GET' | 'POST',
  path: string,
  query: Query,
  options: TransportOptions
) => Promise<Reply>;

/** How many answers are kept for their `ETag`. */
const REMEMBERED = 40;

/** The REST interface over any transport. */
export class HttpPipelinesApi implements PipelinesApi {
  constructor(
    private readonly transport: Transport,
    /** Where a path can be downloaded from. */
    readonly address: (path: string) => string | null = () => null
  ) {}

  status = (options?: RequestOptions) =>
    this.get<Status>('status', {}, options);

  diagnosis = ({
    namespace,
    ...options
  }: RequestOptions & { namespace?: string } = {}) =>
    this.get<Diagnosis>('doctor', { namespace }, options);

  repairPlan = (options?: RequestOptions) =>
    this.get<RepairPlan>('doctor/plan', {}, options);

  applyRepair = async (key: string) =>
    (await this.post('doctor/fix', { key })) as RepairOutcome;

  experiments = (query: ListQuery, options?: RequestOptions) =>
    this.get<Page<Experiment>>('experiments', query, options);

  experiment = (id: string, options?: RequestOptions) =>
    this.get<Experiment>(`experiments/${encodeURIComponent(id)}`, {}, options);

  runs = (query: ListQuery, options?: RequestOptions) =>
    this.get<Page<Run>>('runs', query, options);

  run = (id: string, options?: RequestOptions) =>
    this.get<Run>(`runs/${encodeURIComponent(id)}`, {}, options);

  log = async (
    run: string,
    task: string,
    range: LogPlace & { offset: number; limit: number },
    options?: RequestOptions
  ) =>
    (await this.get<LogChunk>(logPath(run, task), { ...range }, options)).data;

  searchLog = async (
    run: string,
    task: string,
    { text, regex, matchCase, ...place }: LogPlace & LogSearch,
    options?: RequestOptions
  ) => {
    const flags = { regex: regex ? '1' : '', case: matchCase ? '1' : '' };
    const query = { ...place, search: text, ...flags };
    const answer = await this.get<LogMatches>(
      logPath(run, task),
      query,
      options
    );
    return answer.data;
  };

  outputs = (run: string, task: string | undefined, options?: RequestOptions) =>
    this.get<RunOutputs>(
      `runs/${encodeURIComponent(run)}/outputs`,
      { task },
      options
    );

  artifact = async (
    run: string,
    artifact: string,
    options?: RequestOptions
  ) => {
    const answer = await this.get<ArtifactContent>(
      `runs/${encodeURIComponent(run)}/artifacts/${encodeURIComponent(artifact)}`,
      {},
      options
    );
    return answer.data;
  };

  runParameters = (id: string, options?: RequestOptions) =>
    this.get<RunParameters>(
      `runs/${encodeURIComponent(id)}/parameters`,
      {},
      options
    );

  watched = (options?: RequestOptions) =>
    this.get<Watched>('watched', {}, options);

  createRun = async (run: NewRun) => (await this.post('runs', {}, run)) as Run;

  recurringRuns = (query: ListQuery, options?: RequestOptions) =>
    this.get<Page<RecurringRun>>('recurring-runs', query, options);

  recurringRun = (id: string, options?: RequestOptions) =>
    this.get<RecurringRun>(
      `recurring-runs/${encodeURIComponent(id)}`,
      {},
      options
    );

  pipelines = (query: ListQuery, options?: RequestOptions) =>
    this.get<Page<Pipeline>>('pipelines', query, options);

  pipeline = (id: string, options?: RequestOptions) =>
    this.get<Pipeline>(`pipelines/${encodeURIComponent(id)}`, {}, options);

  pipelineVersions = (id: string, query: ListQuery, options?: RequestOptions) =>
    this.get<Page<PipelineVersion>>(
      `pipelines/${encodeURIComponent(id)}/versions`,
      query,
      options
    );

  actOnExperiment = async (id: string, action: ExperimentAction) => {
    await this.post(`experiments/${encodeURIComponent(id)}/${action}`);
  };

  actOnRun = async (id: string, action: RunAction) => {
    await this.post(`runs/${encodeURIComponent(id)}/${action}`);
  };

  actOnRecurringRun = async (id: string, action: RecurringRunAction) => {
    await this.post(`recurring-runs/${encodeURIComponent(id)}/${action}`);
  };

  /** Ask for something to be done, once; returns what has come of it, if anything. */
  private async post(
    path: string,
    query: Query = {},
    sent?: unknown
  ): Promise<unknown> {
    const { status, body } = await this.send('POST', path, query, {
      body: sent
    });
    if (status !== 200 && status !== 201 && status !== 204) {
      throw ApiError.fromReply(status, body);
    }
    if (status !== 204 && typeof body !== 'object') {
      // A page instead of an answer: a gateway wants its user to sign in again.
      throw ApiError.local('signed-out', status);
    }
    return body;
  }

  private async get<T>(
    path: string,
    query: object,
    options: RequestOptions = {}
  ): Promise<Answer<T>> {
    const sent = compact(query);
    const key = `${path}?${new URLSearchParams(sent)}`;
    const known = this.remembered.get(key);
    const reply = await this.send('GET', path, sent, {
      ...options,
      etag: known?.etag
    });
    const at = Date.now() - reply.age * 1000;
    if (reply.status === 304 && known) {
      return { data: known.data as T, at };
    }
    if (reply.status !== 200) {
      throw ApiError.fromReply(reply.status, reply.body);
    }
    if (typeof reply.body !== 'object' || reply.body === null) {
      // A page instead of data: a gateway wants its user to sign in again.
      throw ApiError.local('signed-out', reply.status);
    }
    this.remember(key, reply);
    return { data: reply.body as T, at };
  }

  private async send(
    method: 'GET' | 'POST',
    path: string,
    query: Query,
    options: TransportOptions
  ): Promise<Reply> {
    try {
      return await this.transport(method, path, query, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof ApiError || isAbort(error)) {
        throw error;
      }
      throw ApiError.local('jupyter-away', 0, String(error));
    }
  }

  private remember(key: string, { etag, body }: Reply): void {
    this.remembered.delete(key);
    if (!etag) {
      return;
    }
    this.remembered.set(key, { etag, data: body });
    if (this.remembered.size > REMEMBERED) {
      this.remembered.delete(this.remembered.keys().next().value as string);
    }
  }

  private readonly remembered = new Map<
    string,
    { etag: string; data: unknown }
  >();
}

/** The path and query below `kfp/v1/` as a relative address. */
export function restPath(path: string, query: Query, poll?: boolean): string {
  const all = new URLSearchParams(query);
  if (poll) {
    // Jupyter's own word for: this is no sign of a user.
    all.set('no_track_activity', '1');
  }
  const text = all.toString();
  return text ? `${path}?${text}` : path;
}

/** What an HTTP response says. */
export async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // Not ours: a page of a gateway, or an answer without a body.
  }
  return {
    status: response.status,
    body,
    age: Number(response.headers.get('Age')) || 0,
    etag: response.headers.get('ETag') ?? undefined
  };
}

function logPath(run: string, task: string): string {
  return `runs/${encodeURIComponent(run)}/tasks/${encodeURIComponent(task)}/logs`;
}

function compact(query: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query)
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => [name, String(value)])
  );
}
