import type { Client } from 'openapi-fetch';
import createClient from 'openapi-fetch';

import type {
  Answer,
  ExperimentAction,
  ListQuery,
  LogPlace,
  LogSearch,
  PipelinesApi,
  RecurringRunAction,
  RequestOptions,
  RunAction
} from './api';
import { ApiError, isAbort } from './errors';
import type { paths } from './schema';
import type { LogChunk, LogMatches, NewRun } from './types';

/**
 * One request to our REST interface; `restPath` says to which path of it. Rejects when there
 * is no answer at all, and with an `AbortError` when the signal is raised.
 */
export type Transport = (
  request: Request,
  options: RequestOptions
) => Promise<Response>;

type RunsQuery = paths['/runs']['get']['parameters']['query'];
type LogQuery =
  paths['/runs/{id}/tasks/{task}/logs']['get']['parameters']['query'];

/** Each transport puts its own address in the place of this one. */
const BASE = 'http://kfp.invalid/';

/** How many answers are kept for their `ETag`. */
const REMEMBERED = 40;

/** What `openapi-fetch` is called with, and what it returns. */
type Init = { fetch: (request: Request) => Promise<Response> };
interface Result<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The REST interface over any transport. */
export class RestApi implements PipelinesApi {
  constructor(
    private readonly transport: Transport,
    /** Where a path can be downloaded from. */
    readonly address: (path: string) => string | null = () => null
  ) {
    this.client = createClient<paths>({
      baseUrl: BASE,
      querySerializer: query => new URLSearchParams(compact(query)).toString()
    });
  }

  status = (options?: RequestOptions) =>
    this.get(options, init => this.client.GET('/status', init));

  diagnosis = ({
    namespace,
    ...options
  }: RequestOptions & { namespace?: string } = {}) =>
    this.get(options, init =>
      this.client.GET('/doctor', { ...init, params: { query: { namespace } } })
    );

  repairPlan = (options?: RequestOptions) =>
    this.get(options, init => this.client.GET('/doctor/plan', init));

  applyRepair = (key: string) =>
    this.post(init =>
      this.client.POST('/doctor/fix', { ...init, params: { query: { key } } })
    );

  experiments = (query: ListQuery, options?: RequestOptions) =>
    this.get(options, init =>
      this.client.GET('/experiments', { ...init, params: { query } })
    );

  experiment = (id: string, options?: RequestOptions) =>
    this.get(options, init =>
      this.client.GET('/experiments/{id}', { ...init, ...of(id) })
    );

  runs = (query: ListQuery, options?: RequestOptions) =>
    this.get(options, init =>
      this.client.GET('/runs', {
        ...init,
        params: { query: query as RunsQuery }
      })
    );

  run = (id: string, options?: RequestOptions) =>
    this.get(options, init =>
      this.client.GET('/runs/{id}', { ...init, ...of(id) })
    );

  log = (
    id: string,
    task: string,
    range: LogPlace & { offset: number; limit: number },
    options?: RequestOptions
  ) => this.logs<LogChunk>(id, task, range, options);

  searchLog = (
    id: string,
    task: string,
    { text, regex, matchCase, ...place }: LogPlace & LogSearch,
    options?: RequestOptions
  ) =>
    this.logs<LogMatches>(
      id,
      task,
      {
        ...place,
        search: text,
        ...(regex ? { regex: '1' } : {}),
        ...(matchCase ? { case: '1' } : {})
      },
      options
    );

  outputs = (id: string, task: string | undefined, options?: RequestOptions) =>
    this.get(options, init =>
      this.client.GET('/runs/{id}/outputs', {
        ...init,
        params: { path: { id }, query: { task } }
      })
    );

  comparison = (ids: readonly string[], options?: RequestOptions) =>
    this.get(options, init =>
      this.client.GET('/comparison', {
        ...init,
        params: { query: { ids: ids.join(',') } }
      })
    );

  artifact = async (id: string, artifact: string, options?: RequestOptions) => {
    const { data } = await this.get(options, init =>
      this.client.GET('/runs/{id}/artifacts/{artifact}', {
        ...init,
        params: { path: { id, artifact } }
      })
    );
    return data;
  };

  runParameters = (id: string, options?: RequestOptions) =>
    this.get(options, init =>
      this.client.GET('/runs/{id}/parameters', { ...init, ...of(id) })
    );

  watched = (options?: RequestOptions) =>
    this.get(options, init => this.client.GET('/watched', init));

  createRun = (body: NewRun) =>
    this.post(init => this.client.POST('/runs', { ...init, body }));

  recurringRuns = (query: ListQuery, options?: RequestOptions) =>
    this.get(options, init =>
      this.client.GET('/recurring-runs', { ...init, params: { query } })
    );

  recurringRun = (id: string, options?: RequestOptions) =>
    this.get(options, init =>
      this.client.GET('/recurring-runs/{id}', { ...init, ...of(id) })
    );

  pipelines = (query: ListQuery, options?: RequestOptions) =>
    this.get(options, init =>
      this.client.GET('/pipelines', { ...init, params: { query } })
    );

  pipeline = (id: string, options?: RequestOptions) =>
    this.get(options, init =>
      this.client.GET('/pipelines/{id}', { ...init, ...of(id) })
    );

  pipelineVersions = (id: string, query: ListQuery, options?: RequestOptions) =>
    this.get(options, init =>
      this.client.GET('/pipelines/{id}/versions', {
        ...init,
        params: { path: { id }, query }
      })
    );

  actOnExperiment = (id: string, action: ExperimentAction) =>
    this.post(init =>
      this.client.POST('/experiments/{id}/{action}', {
        ...init,
        params: { path: { id, action } }
      })
    );

  actOnRun = (id: string, action: RunAction) =>
    this.post(init =>
      this.client.POST('/runs/{id}/{action}', {
        ...init,
        params: { path: { id, action } }
      })
    );

  actOnRecurringRun = (id: string, action: RecurringRunAction) =>
    this.post(init =>
      this.client.POST('/recurring-runs/{id}/{action}', {
        ...init,
        params: { path: { id, action } }
      })
    );

  /** The one route for pieces of a log and for what is found in it. */
  private async logs<T extends LogChunk | LogMatches>(
    id: string,
    task: string,
    query: LogQuery,
    options?: RequestOptions
  ): Promise<T> {
    // Its answer is JSON of one of two kinds, or text for who downloads it.
    const { data } = await this.get<T>(options, async init => {
      const answer = await this.client.GET('/runs/{id}/tasks/{task}/logs', {
        ...init,
        params: { path: { id, task }, query }
      });
      return { ...answer, data: answer.data as T | undefined };
    });
    return data;
  }

  /** Ask for data; what is known already need not be sent again. */
  private async get<T extends object>(
    options: RequestOptions = {},
    ask: (init: Init) => Promise<Result<T>>
  ): Promise<Answer<T>> {
    let url = '';
    const { data, error, response } = await parsed(
      ask({
        fetch: request => {
          url = request.url;
          const etag = this.remembered.get(url)?.etag;
          if (etag) {
            request.headers.set('If-None-Match', etag);
          }
          return this.send(request, options);
        }
      })
    );
    const age = Number(response.headers.get('Age')) || 0;
    const at = Date.now() - age * 1000;
    const known = this.remembered.get(url);
    if (response.status === 304 && known) {
      return { data: known.data as T, at };
    }
    if (response.status !== 200) {
      throw ApiError.fromReply(response.status, error);
    }
    if (typeof data !== 'object' || data === null) {
      // A page instead of data: a gateway wants its user to sign in again.
      throw ApiError.local('signed-out', response.status);
    }
    this.remember(url, response.headers.get('ETag'), data);
    return { data, at };
  }

  /** Ask for something to be done, once; returns what has come of it, if anything. */
  private async post<T>(ask: (init: Init) => Promise<Result<T>>): Promise<T> {
    const { data, error, response } = await parsed(
      ask({ fetch: request => this.send(request, {}) })
    );
    if (!response.ok) {
      throw ApiError.fromReply(response.status, error);
    }
    return data as T;
  }

  private async send(
    request: Request,
    options: RequestOptions
  ): Promise<Response> {
    try {
      return await this.transport(request, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof ApiError || isAbort(error)) {
        throw error;
      }
      throw ApiError.local('jupyter-away', 0, String(error));
    }
  }

  private remember(url: string, etag: string | null, data: unknown): void {
    this.remembered.delete(url);
    if (!etag) {
      return;
    }
    this.remembered.set(url, { etag, data });
    if (this.remembered.size > REMEMBERED) {
      this.remembered.delete(this.remembered.keys().next().value as string);
    }
  }

  private readonly client: Client<paths>;
  private readonly remembered = new Map<
    string,
    { etag: string; data: unknown }
  >();
}

/** The path below `kfp/v1/` and the query of a request, as a relative address. */
export function restPath({ url }: Pick<Request, 'url'>, poll = false): string {
  const { pathname, searchParams } = new URL(url);
  if (poll) {
    // Jupyter's own word for: this is no sign of a user.
    searchParams.set('no_track_activity', '1');
  }
  const query = searchParams.toString();
  return `${pathname.slice(1)}${query && '?'}${query}`;
}

/** A result whose body is no JSON is a page: a gateway wants its user to sign in again. */
async function parsed<T>(result: Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await result;
  } catch (error) {
    throw error instanceof SyntaxError
      ? ApiError.local('signed-out', 200)
      : error;
  }
}

function of(id: string): { params: { path: { id: string } } } {
  return { params: { path: { id } } };
}

function compact(query: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query)
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => [name, String(value)])
  );
}
