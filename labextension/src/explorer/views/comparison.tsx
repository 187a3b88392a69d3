import * as React from 'react';

import { Comparison } from '../compare/comparison';
import { comparisonOf, viewOfRun } from '../model/navigation';
import type { ViewProps } from './experiments';

/** Runs beside each other, where the host has no tab for it. */
export function ComparisonView(
  props: ViewProps & {
    /** Show something in the place of this view. */
    onReplace: (view: ViewProps['view']) => void;
  }
): JSX.Element {
  const { view, onOpen, onReplace } = props;
  const ids = view.id.split(',');
  return (
    <Comparison
      ids={ids}
      onOpen={run => onOpen(viewOfRun(run))}
      onRemove={id => onReplace(comparisonOf(ids.filter(it => it !== id)))}
    />
  );
}
