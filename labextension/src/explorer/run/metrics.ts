import type { Metric } from '../api/types';
import type { Trans } from '../model/i18n';
import { localeOf } from '../model/i18n';
import { mapping, pipelineSpec, tasksOf, text } from './definition';
import type { TaskSpec } from './definition';

/** Metrics that a task writes as an artifact; the run API does not tell their values. */
export interface MetricArtifact {
  /** The task, with the groups around it: `train › evaluate`. */
  task: string;
  /** The output's name. */
  name: string;
  kind: 'scalar' | 'classification';
}

const KINDS: Readonly<Record<string, MetricArtifact['kind']>> = {
  'system.Metrics': 'scalar',
  'system.ClassificationMetrics': 'classification',
  'system.SlicedClassificationMetrics': 'classification'
};

/** The metrics that the tasks of a compiled pipeline write. */
export function metricArtifacts(definition: unknown): MetricArtifact[] {
  const components = mapping(pipelineSpec(definition)['components']);
  const found: MetricArtifact[] = [];
  const visit = (tasks: readonly TaskSpec[], around: string): void => {
    for (const task of tasks) {
      const name = around ? `${around} › ${task.name}` : task.name;
      if (task.tasks) {
        visit(task.tasks, name);
      } else if (Object.hasOwn(components, task.component)) {
        found.push(...written(mapping(components[task.component]), name));
      }
    }
  };
  visit(tasksOf(definition), '');
  return found;
}

function written(
  component: Readonly<Record<string, unknown>>,
  task: string
): MetricArtifact[] {
  const outputs = mapping(mapping(component['outputDefinitions'])['artifacts']);
  return Object.entries(outputs).flatMap(([name, output]) => {
    const type = text(mapping(mapping(output)['artifactType'])['schemaTitle']);
    const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
    return kind ? [{ task, name, kind }] : [];
  });
}

/** A metric's value as the reader writes it: 0.9312, or 93.12 %. */
export function metricText(metric: Metric, trans: Trans): string {
  return new Intl.NumberFormat(localeOf(trans), {
    style: metric.percentage ? 'percent' : 'decimal',
    maximumSignificantDigits: 6
  }).format(metric.value);
}
