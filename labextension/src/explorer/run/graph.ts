import type { Run, Task } from '../api/types';
import type { Trans } from '../model/i18n';
import { roundIndex, taskName } from '../model/tasks';
import { isFinished, statusOf, statusOfWord } from '../model/states';
import type { TaskSpec } from './definition';
import { tasksOf } from './definition';
import type { Names } from './wording';
import { workflowSpec, workflowTasks } from './workflow';
import { conditionWords, loopWords, namesInside } from './wording';

export type NodeKind = 'task' | 'importer' | 'group' | 'loop' | 'round';

/** A task of a run, a group of tasks, a loop, or one round of a loop. */
export interface GraphNode {
  /** Where it is in the definition; the same for as long as the run is followed. */
  id: string;
  name: string;
  kind: NodeKind;
  /** One of Pipelines' states; empty where it has none yet, or is not told of. */
  state: string;
  /** What Pipelines tells of it; null before it starts. */
  task: Task | null;
  /** What the definition says of it; null where there is none. */
  spec: TaskSpec | null;
  /** Under which condition it runs, or over what it loops; in readable words. */
  condition: string;
  /** What a loop is repeated over. */
  over: string;
  /** Ids of the siblings that come before it. */
  after: readonly string[];
  /** What it consists of: for a loop its rounds, or nothing before there are any. */
  children: readonly GraphNode[] | null;
  /** For a loop without rounds: what each of them will consist of. */
  template: readonly GraphNode[];
}

/** The state of what will not happen any more: it is none of Pipelines' own. */
export const NOT_RUN = 'NOT_RUN';
/** The state of what is part of something that is over, and is not told of. */
export const NOT_TOLD = 'NOT_TOLD';

/** How a node is, as the one table of states has it. */
export function nodeStatus({ state, task }: GraphNode): string {
  if (task?.status) {
    return task.status;
  }
  switch (state) {
    case '':
      return 'not-started';
    case NOT_RUN:
      return 'not-run';
    case NOT_TOLD:
      return 'unknown';
    default:
      return task ? statusOf(task) : statusOfWord(state);
  }
}

/**
 * The graph of a run: the tasks of its definition, with those that have not started,
 * and what Pipelines tells of them. Without a definition it is the tasks alone.
 */
export function graphOf(run: Run, trans: Trans): readonly GraphNode[] {
  const tasks = new TaskTree(run.tasks);
  const workflow = workflowSpec(run.pipeline_spec);
  const specs = workflow ? workflowTasks(workflow) : tasksOf(run.pipeline_spec);
  return children(
    specs,
    {
      id: '',
      task: tasks.root,
      ran: tasks.top,
      state: tasks.root?.state || run.state,
      names: new Map()
    },
    tasks,
    trans
  );
}

/** All nodes; those that the definition does not know come after what Pipelines says. */
function connected(
  defined: readonly GraphNode[],
  others: readonly GraphNode[]
): GraphNode[] {
  const all = [...defined, ...others];
  const ids = new Map(all.map(({ id, task }) => [task?.task_id ?? '', id]));
  return [
    ...defined,
    ...others.map(node => ({
      ...node,
      after: (node.task?.depends_on ?? [])
        .map(id => ids.get(id) ?? '')
        .filter(id => id !== '' && id !== node.id)
    }))
  ];
}

/** What surrounds the tasks of a graph. */
interface Around {
  id: string;
  task: Task | null;
  /** Those of its tasks that Pipelines tells of. */
  ran: readonly Task[];
  state: string;
  names: Names;
}

function children(
  specs: readonly TaskSpec[],
  around: Around,
  tasks: TaskTree,
  trans: Trans
): GraphNode[] {
  const { ran } = around;
  const used = new Set<Task>();
  const take = (spec: TaskSpec): Task | null => {
    const found =
      ran.find(it => !used.has(it) && it.key !== '' && it.key === spec.key) ??
      ran.find(it => !used.has(it) && it.display_name === spec.name) ??
      ran.find(it => !used.has(it) && it.display_name === spec.key);
    if (found) {
      used.add(found);
    }
    return found ?? null;
  };
  const known = new Set(specs.map(({ key }) => key));
  const defined = specs.map(spec =>
    nodeOf(spec, take(spec), known, around, tasks, trans)
  );
  const others = ran
    .filter(task => !used.has(task))
    .map(task => undefinedNode(task, around.id, tasks));
  return connected(defined, others);
}

function nodeOf(
  spec: TaskSpec,
  task: Task | null,
  siblings: ReadonlySet<string>,
  around: Around,
  tasks: TaskTree,
  trans: Trans
): GraphNode {
  const id = `${around.id}/${spec.key}`;
  const state = task ? stateOf(task) : missingState(around.state);
  const inner: Around = {
    id,
    task,
    ran: tasks.inside(task),
    state,
    names: namesInside(spec, around.names, trans)
  };
  const node: GraphNode = {
    id,
    name: task?.display_name || spec.name,
    kind: spec.importer ? 'importer' : 'task',
    state,
    task,
    spec,
    condition: conditionWords(spec, around.names, trans),
    over: loopWords(spec, around.names, trans),
    after: spec.after
      .filter(key => siblings.has(key) && key !== spec.key)
      .map(key => `${around.id}/${key}`),
    children: null,
    template: []
  };
  if (spec.loop) {
    return { ...node, kind: 'loop', ...turns(spec, inner, tasks, trans) };
  }
  if (spec.tasks) {
    return {
      ...node,
      kind: 'group',
      children: children(spec.tasks, inner, tasks, trans)
    };
  }
  return node;
}

/** The rounds of a loop in their order. */
function turns(
  spec: TaskSpec,
  loop: Around,
  tasks: TaskTree,
  trans: Trans
): Pick<GraphNode, 'children' | 'template'> {
  const body = (around: Around) =>
    spec.tasks
      ? children(spec.tasks, around, tasks, trans)
      : [bodyTask(spec, around)];
  const rounds = loop.ran
    .map(task => ({ task, index: roundIndex(task) }))
    .sort((one, other) => one.index - other.index)
    .map(({ task, index }): GraphNode => {
      const id = `${loop.id}/#${index < Infinity ? index : task.task_id}`;
      return {
        ...BARE,
        id,
        name: taskName(task, trans),
        kind: 'round',
        state: stateOf(task),
        task,
        children: body({
          ...loop,
          id,
          task,
          ran: tasks.inside(task),
          state: stateOf(task)
        })
      };
    });
  const template =
    rounds.length > 0
      ? []
      : body({ ...loop, id: `${loop.id}/#`, task: null, ran: [] });
  return { children: rounds, template };
}

/** The one task of a loop that repeats a component without a graph. */
function bodyTask(spec: TaskSpec, round: Around): GraphNode {
  return {
    ...BARE,
    id: `${round.id}/${spec.key}`,
    name: spec.name,
    kind: spec.importer ? 'importer' : 'task',
    state: round.state,
    task: round.task,
    spec
  };
}

/** A task of which the definition knows nothing. */
function undefinedNode(task: Task, parent: string, tasks: TaskTree): GraphNode {
  const id = `${parent}/${task.task_id}`;
  const inside = tasks.inside(task);
  const rounds =
    inside.length > 0 && inside.every(it => roundIndex(it) < Infinity);
  return {
    ...BARE,
    id,
    name: task.display_name || task.task_id,
    kind: rounds ? 'loop' : inside.length > 0 ? 'group' : 'task',
    state: task.state,
    task,
    children:
      inside.length > 0
        ? rounds
          ? inside.map(it => {
              const node = undefinedNode(it, id, tasks);
              return { ...node, kind: 'round', children: node.children ?? [] };
            })
          : connected(
              [],
              inside.map(it => undefinedNode(it, id, tasks))
            )
        : null
  };
}

const BARE: GraphNode = {
  id: '',
  name: '',
  kind: 'task',
  state: '',
  task: null,
  spec: null,
  condition: '',
  over: '',
  after: [],
  children: null,
  template: []
};

/** What Pipelines tells of without a state may be known not to run any more. */
function stateOf(task: Task): string {
  return task.status === 'not-run' ? NOT_RUN : task.state;
}

/** The state of a task that is not told of, by that of what it is part of. */
function missingState(around: string): string {
  switch (around) {
    case 'SKIPPED':
      return 'SKIPPED';
    case 'FAILED':
    case 'CANCELED':
    case NOT_RUN:
      return NOT_RUN;
    case 'SUCCEEDED':
    case NOT_TOLD:
      return NOT_TOLD;
    default:
      return '';
  }
}

/** The tasks by what they are part of. */
class TaskTree {
  /** What all others are part of; null where there is no such task. */
  readonly root: Task | null;
  /** What is part of the root, or of no other. */
  readonly top: readonly Task[];
  private readonly children = new Map<string, Task[]>();

  constructor(tasks: readonly Task[]) {
    const known = new Set(tasks.map(task => task.task_id));
    for (const task of tasks) {
      const parent =
        known.has(task.parent_task_id) && task.parent_task_id !== task.task_id
          ? task.parent_task_id
          : '';
      const siblings = this.children.get(parent);
      if (siblings) {
        siblings.push(task);
      } else {
        this.children.set(parent, [task]);
      }
    }
    const top = this.children.get('') ?? [];
    const [first, ...others] = top;
    const root =
      first?.display_name === 'root' && others.length === 0 ? first : null;
    this.root = root;
    this.top = root ? this.inside(root) : top;
  }

  inside(task: Task | null): readonly Task[] {
    return (task && this.children.get(task.task_id)) ?? [];
  }
}

/** Every node of the graph, the outer ones before the inner ones. */
export function* everyNode(
  nodes: readonly GraphNode[]
): IterableIterator<GraphNode> {
  for (const node of nodes) {
    yield node;
    yield* everyNode(node.children ?? []);
    yield* everyNode(node.template);
  }
}

interface Placed {
  node: GraphNode;
  /** What it is in; null for the outermost. */
  parent: GraphNode | null;
}

/** Where each node of a graph is; made once for each graph. */
const PLACES = new WeakMap<readonly GraphNode[], ReadonlyMap<string, Placed>>();

function placesIn(nodes: readonly GraphNode[]): ReadonlyMap<string, Placed> {
  const known = PLACES.get(nodes);
  if (known) {
    return known;
  }
  const places = new Map<string, Placed>();
  const visit = (siblings: readonly GraphNode[], parent: GraphNode | null) => {
    for (const node of siblings) {
      places.set(node.id, { node, parent });
      visit(node.children ?? [], node);
      visit(node.template, node);
    }
  };
  visit(nodes, null);
  PLACES.set(nodes, places);
  return places;
}

/** The node with this id; null when there is none. */
export function nodeOfId(
  nodes: readonly GraphNode[],
  id: string | null
): GraphNode | null {
  return (id !== null && placesIn(nodes).get(id)?.node) || null;
}

/** The nodes from the outermost to the one with this id; empty when there is none. */
export function pathToNode(
  nodes: readonly GraphNode[],
  id: string
): readonly GraphNode[] {
  const places = placesIn(nodes);
  const path: GraphNode[] = [];
  let place = places.get(id);
  while (place) {
    path.unshift(place.node);
    place = place.parent ? places.get(place.parent.id) : undefined;
  }
  return path;
}

/** What failed and contains nothing else that failed, in the order of time. */
export function failedNodes(nodes: readonly GraphNode[]): GraphNode[] {
  return [...everyNode(nodes)]
    .filter(
      node =>
        nodeStatus(node) === 'failed' && !(node.children ?? []).some(hasFailed)
    )
    .sort((one, other) => endOf(one) - endOf(other) || 0);
}

function hasFailed(node: GraphNode): boolean {
  return nodeStatus(node) === 'failed';
}

/** The task that made the run fail: the one that failed first. */
export function failedNode(nodes: readonly GraphNode[]): GraphNode | null {
  return failedNodes(nodes)[0] ?? null;
}

/** The tasks that run by themselves: each iteration's, once there are any. */
export function* leavesOf(
  nodes: readonly GraphNode[]
): IterableIterator<GraphNode> {
  for (const node of nodes) {
    const inside = [...(node.children ?? []), ...node.template];
    if (inside.length > 0) {
      yield* leavesOf(inside);
    } else if (node.kind === 'task' || node.kind === 'importer') {
      yield node;
    }
  }
}

function endOf({ task }: GraphNode): number {
  return task?.finished_at ? Date.parse(task.finished_at) : Infinity;
}

/** How many rounds of a loop there are, and how many of them are over. */
export function roundCount(loop: GraphNode): { all: number; over: number } {
  const rounds = loop.children ?? [];
  const known = loop.spec?.loop?.items?.length ?? 0;
  return {
    all: Math.max(rounds.length, known),
    over: rounds.filter(isFinished).length
  };
}

/** The round to look at first: one that failed, else one that runs, else the first. */
export function firstRound(loop: GraphNode): GraphNode | null {
  const rounds = loop.children ?? [];
  return (
    rounds.find(({ state }) => state === 'FAILED') ??
    rounds.find(({ state }) => state === 'RUNNING') ??
    rounds[0] ??
    null
  );
}
