import * as React from 'react';
import { stringify } from 'yaml';

import type { Run } from '../api/types';
import { CopyButton, DownloadButton } from '../components/controls';
import { useTrans } from '../model/environment';
import { mapping } from './definition';

/** The pipeline that a run runs, as YAML to read and to copy. */
export default function DefinitionView({ run }: { run: Run }): JSX.Element {
  const trans = useTrans();
  const { pipeline_spec: definition } = run;
  // Every look brings an equal definition as a new object.
  const key = React.useMemo(() => JSON.stringify(definition), [definition]);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- `key` stands for it.
  const yaml = React.useMemo(() => yamlOf(definition), [key]);
  const blocks = React.useMemo(() => blocksOf(yaml), [yaml]);
  if (!definition) {
    return (
      <p className="jp-kfp-Empty">
        {trans.__("The server did not return this run's definition.")}
      </p>
    );
  }
  return (
    <div className="jp-kfp-Definition">
      <div className="jp-kfp-Definition-copy">
        <CopyButton text={yaml} label={trans.__('Copy the YAML')} />
        <DownloadButton
          text={yaml}
          name={`${run.display_name || run.run_id}.yaml`}
          label={trans.__('Download the YAML')}
        />
      </div>
      <pre
        className="jp-kfp-Definition-text"
        tabIndex={0}
        aria-label={trans.__("The pipeline's definition")}
      >
        {blocks.map((block, index) => (
          <Block key={index} text={block} />
        ))}
      </pre>
    </div>
  );
}

/** The definition as the compiler writes it: the platform's part is a document of its own. */
export function yamlOf(definition: Run['pipeline_spec']): string {
  if (!definition) {
    return '';
  }
  const { pipeline_spec: pipeline, platform_spec: platform } = definition;
  const documents =
    Object.keys(mapping(pipeline)).length > 0
      ? [pipeline, ...(Object.keys(mapping(platform)).length ? [platform] : [])]
      : [definition];
  return documents
    .map(it => stringify(it, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');
}

/** How many lines are drawn together; those out of sight are left out. */
const LINES = 60;

function blocksOf(yaml: string): string[] {
  const lines = yaml.split('\n');
  return Array.from({ length: Math.ceil(lines.length / LINES) }, (_, index) =>
    lines.slice(index * LINES, (index + 1) * LINES).join('\n')
  );
}

/** Some lines, with their keys in colour. */
const Block = React.memo(function Block(props: { text: string }): JSX.Element {
  const parts = props.text.split(/^(\s*(?:- )*[\w.$/-]+:)(?=\s|$)/m);
  return (
    <code className="jp-kfp-Definition-block">
      {parts.map((part, index) =>
        index % 2 === 1 ? <b key={index}>{part}</b> : part
      )}
      {'\n'}
    </code>
  );
});
