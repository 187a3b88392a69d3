import type { Reason, Run, Task } from '../api/types';
import { causeText } from '../model/causes';
import type { Trans } from '../model/i18n';
import { statusOf, stateWord } from '../model/states';
import type { GraphNode } from './graph';
import { failedNodes, pathToNode } from './graph';

/** A reason in its place in the run's graph. */
export interface Trouble {
  kind: 'failed' | 'waiting';
  /** The task; null where only the run is known. */
  node: GraphNode | null;
  title: string;
  /** The groups around the task, in words. */
  around: string;
  message: string;
  nextStep: string;
  log: readonly string[];
}

export function reasonOf(item: Run | Task): Reason | null {
  // A kernel of an older version does not tell.
  return item.reason ?? null;
}

/**
 * What is wrong with a run, in the order of time: each task that failed by itself, or what
 * it waits for while it goes on. Nothing where it was terminated, or all is well.
 */
export function troublesOf(
  run: Run,
  nodes: readonly GraphNode[],
  trans: Trans
): Trouble[] {
  const status = statusOf(run);
  if (status === 'failed' || status === 'running') {
    const failed = failedNodes(nodes).map(node =>
      troubleOf('failed', node, reasonOfNode(node, run), run, nodes, trans)
    );
    if (failed.length > 0) {
      return failed;
    }
    if (status === 'failed') {
      return [troubleOf('failed', null, reasonOf(run), run, nodes, trans)];
    }
  }
  const goesOn = status === 'pending' || status === 'running';
  const reason = goesOn ? reasonOf(run) : null;
  if (!reason) {
    return [];
  }
  const node = nodes.find(({ task }) => task?.task_id === reason.task_id);
  return [troubleOf('waiting', node ?? null, reason, run, nodes, trans)];
}

function reasonOfNode(node: GraphNode, run: Run): Reason | null {
  const own = node.task && reasonOf(node.task);
  const first = reasonOf(run);
  return first && first.task_id === node.task?.task_id
    ? { ...first, ...own, log: own?.log.length ? own.log : first.log }
    : own;
}

function troubleOf(
  kind: Trouble['kind'],
  node: GraphNode | null,
  reason: Reason | null,
  run: Run,
  nodes: readonly GraphNode[],
  trans: Trans
): Trouble {
  const name = node?.name ?? reason?.task ?? '';
  return {
    kind,
    node,
    title:
      kind === 'waiting'
        ? name
          ? trans.__('%1 is waiting', name)
          : stateWord('pending', trans)
        : name
          ? trans.__('%1 failed', name)
          : trans.__('The run failed'),
    around: node
      ? pathToNode(nodes, node.id)
          .slice(0, -1)
          .map(it => it.name)
          .join(' › ')
      : '',
    message: reason?.message
      ? causeText(reason.code, reason.message, trans)
      : node?.task?.error || run.error,
    nextStep: reason ? causeText(reason.code, reason.next_step, trans) : '',
    log: reason?.log ?? []
  };
}
