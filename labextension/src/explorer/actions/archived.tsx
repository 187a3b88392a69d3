import * as React from 'react';

import type { ListQuery } from '../api/api';
import { IconButton } from '../components/controls';
import { useTrans } from '../model/environment';

/** Whether a list has what is archived, too. */
export function ArchivedButton(props: {
  query: ListQuery;
  onQuery: (query: ListQuery) => void;
}): JSX.Element {
  const trans = useTrans();
  const { query, onQuery } = props;
  const included = Boolean(query.include_archived);
  return (
    <IconButton
      icon="archive"
      label={trans.__('Include archived')}
      pressed={included}
      onClick={() =>
        onQuery({ ...query, include_archived: included ? undefined : true })
      }
    />
  );
}
