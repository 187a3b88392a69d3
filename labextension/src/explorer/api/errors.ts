import type { ErrorBody } from './types';

/** Causes that this side finds by itself; all others come from the server. */
export type LocalCause =
  | 'server-extension-missing'
  | 'signed-out'
  | 'jupyter-away'
  | 'kernel-away'
  | 'unexpected-answer';

/** Why there is no answer: one cause, one next step. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** A stable code such as `token-missing`. */
  override readonly cause: string;
  /** What to do about it; empty for a `LocalCause`, which the view explains. */
  readonly nextStep: string;
  /** The HTTP status; 0 when there was no answer at all. */
  readonly status: number;
  /** The thing to paste for the next step, such as YAML; empty when there is none. */
  readonly paste: string;
  /** What is wrong with each argument, by its name. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(
    cause: string,
    options: {
      message?: string;
      nextStep?: string;
      status?: number;
      paste?: string;
      fields?: Readonly<Record<string, string>>;
    } = {}
  ) {
    super(options.message ?? cause);
    this.cause = cause;
    this.nextStep = options.nextStep ?? '';
    this.status = options.status ?? 0;
    this.paste = options.paste ?? '';
    this.fields = options.fields ?? {};
  }

  /** An error with one of the causes known here. */
  static local(cause: LocalCause, status = 0, message?: string): ApiError {
    return new ApiError(cause, { message, status });
  }

  /** Whatever was caught, as an error of ours. */
  static of(caught: unknown): ApiError {
    return caught instanceof ApiError
      ? caught
      : ApiError.local('unexpected-answer', 0, String(caught));
  }

  /** The error that an answer with a status of 400 or more stands for. */
  static fromReply(status: number, body: unknown): ApiError {
    if (isErrorBody(body)) {
      const { cause, next_step: nextStep, ...more } = body.error;
      return new ApiError(cause, { ...more, nextStep, status });
    }
    switch (status) {
      case 404:
        return ApiError.local('server-extension-missing', status);
      case 401:
      case 403:
        return ApiError.local('signed-out', status);
      case 502:
      case 503:
      case 504:
        return ApiError.local('jupyter-away', status);
      default:
        return ApiError.local('unexpected-answer', status);
    }
  }
}

/** Whether somebody called the request off. */
export function isAbort(error: unknown): boolean {
  return (error as Partial<Error> | null)?.name === 'AbortError';
}

function isErrorBody(body: unknown): body is ErrorBody {
  const error = (body as Partial<ErrorBody> | null | undefined)?.error;
  return (
    typeof error === 'object' &&
    typeof error.cause === 'string' &&
    typeof error.message === 'string'
  );
}
