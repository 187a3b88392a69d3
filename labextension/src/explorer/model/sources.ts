import type {
  Experiment,
  Pipeline,
  PipelineVersion,
  RecurringRun,
  Run
} from '../api/types';
import type { ListSource } from './queries';
import { isUnfinished } from './states';

/** The lists of Pipelines, as every part of the page asks for them. */
export const EXPERIMENTS: ListSource<Experiment> = {
  path: 'experiments',
  fetch: api => api.experiments,
  idOf: ({ experiment_id }) => experiment_id
};

export const RUNS: ListSource<Run> = {
  path: 'runs',
  fetch: api => api.runs,
  idOf: ({ run_id }) => run_id,
  unfinished: isUnfinished
};

export const RECURRING_RUNS: ListSource<RecurringRun> = {
  path: 'recurring-runs',
  fetch: api => api.recurringRuns,
  idOf: ({ recurring_run_id }) => recurring_run_id
};

export const PIPELINES: ListSource<Pipeline> = {
  path: 'pipelines',
  fetch: api => api.pipelines,
  idOf: ({ pipeline_id }) => pipeline_id
};

export function versionsOf(id: string): ListSource<PipelineVersion> {
  return {
    path: `pipelines/${id}/versions`,
    fetch: api => (query, options) => api.pipelineVersions(id, query, options),
    idOf: ({ pipeline_version_id }) => pipeline_version_id
  };
}
