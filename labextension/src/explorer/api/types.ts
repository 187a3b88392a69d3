import type { components } from './schema';

type Schemas = components['schemas'];

export type Diagnosis = Schemas['Diagnosis'];
export type RepairPlan = Schemas['RepairPlan'];
export type RepairOutcome = Schemas['RepairOutcome'];
export type Experiment = Schemas['Experiment'];
export type Metric = Schemas['Metric'];
export type KnownState = Schemas['KnownState'];
export type Pipeline = Schemas['Pipeline'];
export type PipelineVersion = Schemas['PipelineVersion'];
export type RecurringRun = Schemas['RecurringRun'];
export type Run = Schemas['Run'];
export type NewRun = Schemas['NewRun'];
export type RunParameter = Schemas['RunParameter'];
export type RunParameters = Schemas['RunParameters'];
export type Setting = Schemas['Setting'];
export type Status = Schemas['Status'];
export type Task = Schemas['Task'];
export type Watched = Schemas['Watched'];
export type Reason = Schemas['Reason'];
export type RunOutputs = Schemas['RunOutputs'];
export type TaskOutputs = Schemas['TaskOutputs'];
export type OutputMetric = Schemas['OutputMetric'];
export type Curve = Schemas['Curve'];
export type ConfusionMatrix = Schemas['ConfusionMatrix'];
export type Artifact = Schemas['Artifact'];
export type ArtifactContent = Schemas['ArtifactPreview'];
export type RunComparison = Schemas['Comparison'];
export type LogChunk = Schemas['TaskLog'];
export type LogMatches = Schemas['LogMatches'];
export type ErrorBody = Schemas['Error'];

/** One page of a list; `next_page_token` is empty on the last one. */
export type Page<T> = Schemas['Page'] & { items: T[] };

/** The version of the REST interface that this front end speaks. */
export const API_VERSION = '1';
