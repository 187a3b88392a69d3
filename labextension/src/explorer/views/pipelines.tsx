import * as React from 'react';

import type { Pipeline, PipelineVersion } from '../api/types';
import { IconButton } from '../components/controls';
import { chipsOf, FilterForm } from '../components/filter-form';
import { ListView } from '../components/list-view';
import { Dotted, Facts } from '../components/rows';
import { RelativeTime } from '../components/time';
import { useTrans } from '../model/environment';
import { viewOf } from '../model/navigation';
import { PIPELINES, versionsOf } from '../model/sources';
import type { Subject } from '../model/subject';
import type { ViewProps } from './experiments';
import { commonSorts } from './sorts';

/** All pipelines, or the versions of the one that the view names. */
export function PipelinesView(props: ViewProps): JSX.Element {
  return props.view.id ? <Versions {...props} /> : <Pipelines {...props} />;
}

const pipelineSubject = (item: Pipeline): Subject => ({
  kind: 'pipeline',
  item
});

const versionSubject = (item: PipelineVersion): Subject => ({
  kind: 'pipeline-version',
  item
});

function Pipelines(props: ViewProps): JSX.Element {
  const trans = useTrans();
  const { view, onOpen, onQuery } = props;
  const shared = (pipeline: Pipeline) =>
    pipeline.namespace ? trans.__('private') : trans.__('shared');
  return (
    <ListView
      list={PIPELINES}
      view={view}
      onQuery={onQuery}
      onOpen={item => onOpen(viewOf(pipelineSubject(item)))}
      label={trans.__('Pipelines')}
      searchLabel={trans.__('Search pipelines')}
      empty={<p>{trans.__('No pipelines yet.')}</p>}
      subjectOf={pipelineSubject}
      details={pipeline => (
        <Dotted>
          <RelativeTime time={pipeline.created_at} />
          {shared(pipeline)}
        </Dotted>
      )}
      columns={[
        {
          id: 'shared',
          label: trans.__('Visibility'),
          cell: shared
        },
        {
          id: 'description',
          label: trans.__('Description'),
          cell: ({ description }) => description
        },
        {
          id: 'created',
          label: trans.__('Created'),
          sort: 'created_at',
          cell: ({ created_at }) => <RelativeTime time={created_at} />
        }
      ]}
      chips={chipsOf(view, onQuery, trans)}
      form={
        <FilterForm view={view} onQuery={onQuery} sorts={commonSorts(trans)} />
      }
    />
  );
}

function Versions(props: ViewProps): JSX.Element {
  const trans = useTrans();
  const { view, onQuery } = props;
  const { id } = view;
  const list = React.useMemo(() => versionsOf(id), [id]);
  const [opened, setOpened] = React.useState<PipelineVersion | null>(null);
  if (opened) {
    return <VersionPage version={opened} onBack={() => setOpened(null)} />;
  }
  return (
    <ListView
      list={list}
      view={view}
      onQuery={onQuery}
      onOpen={setOpened}
      label={trans.__('Versions')}
      searchLabel={trans.__('Search versions')}
      empty={<p>{trans.__('This pipeline has no versions yet.')}</p>}
      subjectOf={versionSubject}
      details={({ created_at }) => <RelativeTime time={created_at} />}
      columns={[
        {
          id: 'description',
          label: trans.__('Description'),
          cell: ({ description }) => description
        },
        {
          id: 'created',
          label: trans.__('Created'),
          sort: 'created_at',
          cell: ({ created_at }) => <RelativeTime time={created_at} />
        }
      ]}
      chips={chipsOf(view, onQuery, trans)}
      form={
        <FilterForm view={view} onQuery={onQuery} sorts={commonSorts(trans)} />
      }
    />
  );
}

function VersionPage(props: {
  version: PipelineVersion;
  onBack: () => void;
}): JSX.Element {
  const trans = useTrans();
  const { version } = props;
  const { display_name: name } = version;
  return (
    <div className="jp-kfp-Summary">
      <div className="jp-kfp-Summary-title">
        <IconButton
          icon="back"
          label={trans.__('Back to the versions')}
          onClick={props.onBack}
        />
        <h3 title={name}>{name}</h3>
      </div>
      {version.error && <pre className="jp-kfp-ErrorText">{version.error}</pre>}
      {version.description && <p>{version.description}</p>}
      <Facts
        facts={[
          [
            trans.__('Created'),
            <RelativeTime key="created" time={version.created_at} />
          ],
          [trans.__('Version id'), version.pipeline_version_id],
          [trans.__('Code'), version.code_source_url],
          [trans.__('Package'), version.package_url]
        ]}
      />
    </div>
  );
}
