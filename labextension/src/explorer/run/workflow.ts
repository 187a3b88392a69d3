import type { Json, TaskSpec } from './definition';
import { list, mapping, text } from './definition';

/** The specification of an Argo workflow, as kfp 1 compiles one; null for anything else. */
export function workflowSpec(definition: unknown): Json | null {
  const outer = mapping(definition);
  // Pipelines 2 keeps what kfp 1 has compiled as text.
  const manifest = text(outer['workflow_manifest']);
  const spec = mapping((manifest ? parsed(manifest) : outer)['spec']);
  return Array.isArray(spec['templates']) ? spec : null;
}

/** The tasks of a workflow, in their groups. */
export function workflowTasks(spec: Json): readonly TaskSpec[] {
  const templates = new Map(
    list(spec['templates']).map(it => [text(mapping(it)['name']), mapping(it)])
  );

  /** `around` are the templates outside: those of a recursion come again and again. */
  const inside = (name: string, around: readonly string[]): TaskSpec[] =>
    list(mapping(templates.get(name)?.['dag'])['tasks'])
      .map(mapping)
      .map(task => read(task, [...around, name]));

  const read = (task: Json, around: readonly string[]): TaskSpec => {
    const key = text(task['name']);
    const name = text(task['template']);
    const template = templates.get(name) ?? {};
    const notes = mapping(mapping(template['metadata'])['annotations']);
    const group = 'dag' in template && !around.includes(name);
    return {
      key,
      name: text(notes[DISPLAY_NAME]) || key,
      after: neededBy(task),
      always: false,
      condition: withoutBraces(text(task['when'])),
      loop: loopOf(task),
      inputs: {},
      component: name,
      tasks: group ? inside(name, around) : null,
      importer: false,
      image: text(mapping(template['container'])['image'])
    };
  };

  return inside(text(spec['entrypoint']), []);
}

const DISPLAY_NAME = 'pipelines.kubeflow.org/task_display_name';

/** Keys of the tasks that a task waits for: listed, or in an expression such as `a.Succeeded && b`. */
function neededBy(task: Json): string[] {
  const named = [
    ...list(task['dependencies']).map(text),
    ...(text(task['depends']).match(/[A-Za-z0-9_-]+(\.[A-Za-z]+)?/g) ?? [])
  ];
  return [...new Set(named.map(it => it.replace(/\.[A-Za-z]+$/, '')))].filter(
    Boolean
  );
}

function loopOf(task: Json): TaskSpec['loop'] {
  if (Array.isArray(task['withItems'])) {
    return { item: '', input: '', items: task['withItems'] };
  }
  return 'withParam' in task || 'withSequence' in task
    ? { item: '', input: withoutBraces(text(task['withParam'])), items: null }
    : null;
}

/** `"{{inputs.parameters.flip-output}}" == "heads"` is `flip-output == "heads"`. */
function withoutBraces(expression: string): string {
  return expression.replace(
    /(["']?)\{\{(?:inputs\.parameters|workflow\.parameters|tasks\.[\w-]+\.outputs\.parameters)\.([\w-]+)\}\}\1/g,
    '$2'
  );
}

function parsed(json: string): Json {
  try {
    return mapping(JSON.parse(json));
  } catch {
    return {};
  }
}
