import * as React from 'react';

import type { Run } from './api/types';
import type { DocumentProps } from './Document';
import { Document } from './Document';
import { Comparison } from './compare/comparison';

/** Runs beside each other, in a tab of their own. */
export function ComparisonDocument(
  props: DocumentProps & {
    ids: readonly string[];
    onOpen: (run: Run) => void;
    /** Told which runs are left when one is taken out. */
    onChange: (ids: readonly string[]) => void;
  }
): JSX.Element {
  const { onOpen, onChange, ids: given, ...rest } = props;
  const { trans } = rest;
  const [ids, setIds] = React.useState(given);
  const onRemove = (id: string) => {
    const left = ids.filter(it => it !== id);
    setIds(left);
    onChange(left);
  };
  return (
    <Document
      {...rest}
      onOpen={() => undefined}
      label={trans.__('Comparison of runs')}
    >
      {ids.length > 0 ? (
        <Comparison ids={ids} onOpen={onOpen} onRemove={onRemove} />
      ) : (
        <p className="jp-kfp-Empty">
          {trans.__('No run is left. Choose others in the list of runs.')}
        </p>
      )}
    </Document>
  );
}
