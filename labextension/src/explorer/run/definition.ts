/** JSON whose shape is not known. */
export type Json = Readonly<Record<string, unknown>>;

/** A task of the definition; keys are those of the compiled pipeline. */
export interface TaskSpec {
  /** Its key among its siblings. */
  key: string;
  /** What it is called when it runs. */
  name: string;
  /** Keys of the siblings that come before it. */
  after: readonly string[];
  /** Whether it runs even if those fail. */
  always: boolean;
  /** When it runs at all, as an expression of CEL; empty for always. */
  condition: string;
  /** What it is repeated over; null when it runs once. */
  loop: LoopSpec | null;
  /** Where its inputs come from, by name. */
  inputs: Json;
  /** The name of its component. */
  component: string;
  /** What it consists of; null for one that runs by itself. */
  tasks: readonly TaskSpec[] | null;
  importer: boolean;
  image: string;
}

export interface LoopSpec {
  /** The input that holds the round's item. */
  item: string;
  /** The input that holds all items; empty when they are in `items`. */
  input: string;
  /** The items, where the definition holds them. */
  items: readonly unknown[] | null;
}

/** The pipeline spec; beside a platform spec it lies one level deeper. */
export function pipelineSpec(definition: unknown): Json {
  const outer = mapping(definition);
  const inner = mapping(outer['pipeline_spec']);
  return Object.keys(inner).length > 0 ? inner : outer;
}

/** The defaults of a pipeline's parameters, where its definition has them. */
export function defaultsOf(definition: unknown): Record<string, unknown> {
  const root = mapping(pipelineSpec(definition)['root']);
  const { parameters } = mapping(root['inputDefinitions']);
  return Object.fromEntries(
    Object.entries(mapping(parameters)).flatMap(([name, value]) =>
      'defaultValue' in mapping(value)
        ? [[name, mapping(value)['defaultValue']]]
        : []
    )
  );
}

/** How deep definitions are read, in case a component contains itself. */
const DEEPEST = 24;

/** The tasks of a compiled pipeline; empty where there is none. */
export function tasksOf(definition: unknown): readonly TaskSpec[] {
  const spec = pipelineSpec(definition);
  const components = mapping(spec['components']);
  const executors = mapping(mapping(spec['deploymentSpec'])['executors']);

  const inside = (component: Json, depth: number): TaskSpec[] =>
    Object.entries(mapping(mapping(component['dag'])['tasks'])).map(
      ([key, value]) => read(key, mapping(value), depth)
    );

  const read = (key: string, task: Json, depth: number): TaskSpec => {
    const name = text(mapping(task['componentRef'])['name']);
    const component = mapping(own(components, name));
    const executor = mapping(own(executors, text(component['executorLabel'])));
    const trigger = mapping(task['triggerPolicy']);
    const inputs = mapping(mapping(task['inputs'])['parameters']);
    const artifacts = mapping(mapping(task['inputs'])['artifacts']);
    return {
      key,
      name: text(mapping(task['taskInfo'])['name']) || key,
      after: producers(task['dependentTasks'], { ...inputs, ...artifacts }),
      always: text(trigger['strategy']) === 'ALL_UPSTREAM_TASKS_COMPLETED',
      condition: text(trigger['condition']),
      loop: loopOf(task),
      inputs: { ...artifacts, ...inputs },
      component: name,
      tasks:
        'dag' in component && depth < DEEPEST
          ? inside(component, depth + 1)
          : null,
      importer: 'importer' in executor,
      image: text(mapping(executor['container'])['image'])
    };
  };

  return inside(mapping(spec['root']), 0);
}

/** The tasks that are named as coming before, and those whose outputs are used. */
function producers(named: unknown, inputs: Json): string[] {
  const found = new Set(list(named).map(text));
  for (const input of Object.values(inputs)) {
    for (const source of Object.values(mapping(input))) {
      found.add(text(mapping(source)['producerTask']));
    }
  }
  found.delete('');
  return [...found];
}

function loopOf(task: Json): LoopSpec | null {
  const parameter = mapping(task['parameterIterator']);
  const iterator =
    'items' in parameter ? parameter : mapping(task['artifactIterator']);
  if (!('items' in iterator)) {
    return null;
  }
  const items = mapping(iterator['items']);
  return {
    item: text(iterator['itemInput']),
    input: text(items['inputParameter']) || text(items['inputArtifact']),
    items: parsed(text(items['raw']))
  };
}

function parsed(json: string): readonly unknown[] | null {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

export function mapping(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : {};
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function own(values: Json, name: string): unknown {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
