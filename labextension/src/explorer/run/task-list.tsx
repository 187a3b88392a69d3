import * as React from 'react';

import type { Run } from '../api/types';
import { Dotted, Row } from '../components/rows';
import { VirtualList } from '../components/virtual-list';
import { useTrans } from '../model/environment';
import type { TaskRow } from '../model/tasks';
import { taskName, taskRows } from '../model/tasks';
import { toggled } from '../model/toggled';
import { StateIcon, StateWord } from '../components/states';
import { isFinished, statusOf } from '../model/states';
import { TaskDetails, TaskDuration } from './details';

/** The tasks of a run below each other, to unfold. */
export function TaskList({ run }: { run: Run }): JSX.Element {
  const trans = useTrans();
  const { tasks } = run;
  const rows = React.useMemo(() => taskRows(tasks), [tasks]);
  const [open, setOpen] = React.useState<ReadonlySet<string>>(new Set());
  if (tasks.length === 0) {
    return (
      <p className="jp-kfp-Empty">
        {isFinished(run)
          ? trans.__('Pipelines tells of no tasks.')
          : trans.__('No task has begun yet.')}
      </p>
    );
  }
  return (
    <VirtualList<TaskRow>
      items={rows}
      idOf={({ task }) => task.task_id}
      label={trans.__('Tasks')}
      rowHeight={40}
      row={({ task, depth }, current) => (
        <Row
          name={taskName(task, trans)}
          current={current}
          depth={depth}
          icon={<StateIcon state={statusOf(task)} />}
          expanded={open.has(task.task_id)}
          onOpen={() => setOpen(toggled(open, task.task_id))}
          details={
            <Dotted>
              <StateWord state={statusOf(task)} />
              <TaskDuration task={task} />
            </Dotted>
          }
        >
          <TaskDetails task={task} />
        </Row>
      )}
    />
  );
}
