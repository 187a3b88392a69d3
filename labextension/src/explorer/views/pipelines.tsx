import * as React from 'react';

import { ListView } from '../components/list-view';
import { Dotted, Facts, Row } from '../components/rows';
import { useEnvironment, useTrans } from '../model/environment';
import { pageUrl } from '../model/links';
import { PIPELINES, versionsOf } from '../model/sources';
import { toggled } from '../model/toggled';
import { RelativeTime } from '../components/time';
import type { ViewProps } from './experiments';
import { commonSorts } from './sorts';

/** All pipelines, or the versions of the one that the view names. */
export function PipelinesView(props: ViewProps): JSX.Element {
  return props.view.id ? <Versions {...props} /> : <Pipelines {...props} />;
}

function Pipelines(props: ViewProps): JSX.Element {
  const trans = useTrans();
  const { links } = useEnvironment();
  return (
    <ListView
      list={PIPELINES}
      query={props.view.query}
      onQuery={props.onQuery}
      label={trans.__('Pipelines')}
      searchLabel={trans.__('Search pipelines')}
      empty={trans.__('There are no pipelines yet.')}
      sorts={commonSorts(trans)}
      rowHeight={40}
      row={(pipeline, current) => (
        <Row
          name={pipeline.display_name}
          current={current}
          url={pageUrl(links, { kind: 'pipeline', id: pipeline.pipeline_id })}
          onOpen={() =>
            props.onOpen({
              kind: 'pipelines',
              id: pipeline.pipeline_id,
              query: {},
              label: pipeline.display_name
            })
          }
          details={
            <Dotted>
              {pipeline.namespace ? trans.__('Private') : trans.__('Shared')}
              <RelativeTime time={pipeline.created_at} />
            </Dotted>
          }
        />
      )}
    />
  );
}

function Versions(props: ViewProps): JSX.Element {
  const trans = useTrans();
  const { links } = useEnvironment();
  const { id } = props.view;
  const [open, setOpen] = React.useState<ReadonlySet<string>>(new Set());
  const list = React.useMemo(() => versionsOf(id), [id]);
  return (
    <ListView
      list={list}
      query={props.view.query}
      onQuery={props.onQuery}
      label={trans.__('Versions')}
      searchLabel={trans.__('Search versions')}
      empty={trans.__('This pipeline has no versions yet.')}
      sorts={commonSorts(trans)}
      rowHeight={28}
      row={(version, current) => (
        <Row
          name={version.display_name}
          current={current}
          compact
          url={pageUrl(links, {
            kind: 'pipeline-version',
            id: version.pipeline_version_id,
            pipeline: version.pipeline_id
          })}
          expanded={open.has(version.pipeline_version_id)}
          onOpen={() => setOpen(toggled(open, version.pipeline_version_id))}
          details={<RelativeTime time={version.created_at} />}
        >
          {version.error && (
            <pre className="jp-kfp-ErrorText">{version.error}</pre>
          )}
          {version.description && <p>{version.description}</p>}
          <Facts
            facts={[
              [trans.__('Version id'), version.pipeline_version_id],
              [trans.__('Code'), version.code_source_url],
              [trans.__('Package'), version.package_url]
            ]}
          />
        </Row>
      )}
    />
  );
}
