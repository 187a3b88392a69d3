import type {
  Experiment,
  Pipeline,
  PipelineVersion,
  RecurringRun,
  Run
} from '../api/types';
import type { Target } from './links';

/** A thing that something can be done to. */
export type Subject =
  | { kind: 'run'; item: Run }
  | { kind: 'experiment'; item: Experiment }
  | { kind: 'recurring-run'; item: RecurringRun }
  | { kind: 'pipeline'; item: Pipeline }
  | { kind: 'pipeline-version'; item: PipelineVersion };

export function idOf({ kind, item }: Subject): string {
  switch (kind) {
    case 'run':
      return item.run_id;
    case 'experiment':
      return item.experiment_id;
    case 'recurring-run':
      return item.recurring_run_id;
    case 'pipeline':
      return item.pipeline_id;
    case 'pipeline-version':
      return item.pipeline_version_id;
  }
}

export function nameOf({ item }: Subject): string {
  return item.display_name;
}

/** Its page in the Pipelines UI. */
export function targetOf(subject: Subject): Target {
  const id = idOf(subject);
  return subject.kind === 'pipeline-version'
    ? { kind: 'pipeline-version', id, pipeline: subject.item.pipeline_id }
    : { kind: subject.kind, id };
}

export function isArchived({ item }: Subject): boolean {
  return 'storage_state' in item && item.storage_state === 'ARCHIVED';
}
