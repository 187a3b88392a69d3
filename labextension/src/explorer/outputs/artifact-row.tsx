import * as React from 'react';

import type { ApiError } from '../api/errors';
import { CopyButton, IconButton } from '../components/controls';
import { Icon } from '../components/icons';
import { Arguments } from '../components/value-view';
import { errorText } from '../model/causes';
import { useTrans } from '../model/environment';
import { ArtifactPreview } from './artifact-preview';
import { pathText, taskText } from './format';
import type { Artifact, ArtifactContent } from '../api/types';

/** What can be done with an artifact; what the host lacks is left out. */
export interface ArtifactActions {
  load: (artifact: Artifact, signal: AbortSignal) => Promise<ArtifactContent>;
  /** The address of the whole as a file. */
  download?: (artifact: Artifact) => string | null;
  insert?: (artifact: Artifact, path: readonly string[]) => void;
}

/** An artifact: its name, its type, where it is; what is in it when it is opened. */
export function ArtifactRow(
  props: ArtifactActions & {
    artifact: Artifact;
    /** The task that made it, or takes it. */
    path: readonly string[];
  }
): JSX.Element {
  const trans = useTrans();
  const { artifact, path, insert } = props;
  const [open, setOpen] = React.useState(false);
  const url = props.download?.(artifact);
  const { metadata } = artifact;
  return (
    <li className="jp-kfp-Artifact">
      <div className="jp-kfp-Artifact-line">
        <button
          type="button"
          className="jp-kfp-Disclosure-title"
          aria-expanded={open}
          title={artifact.uri}
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? 'open' : 'closed'} />
          <bdi className="jp-kfp-Artifact-name">{artifact.name}</bdi>
          <span className="jp-kfp-Muted">{typeText(artifact.type)}</span>
          {path.length > 0 && (
            <span className="jp-kfp-Muted" title={pathText(path, trans)}>
              <bdi>{taskText(path, trans)}</bdi>
            </span>
          )}
        </button>
        {insert && (
          <IconButton
            icon="code"
            label={trans.__('Insert code for %1', artifact.name)}
            onClick={() => insert(artifact, path)}
          />
        )}
        {artifact.uri && (
          <CopyButton
            icon
            text={artifact.uri}
            label={trans.__('Copy the URI of %1', artifact.name)}
          />
        )}
        {url && (
          <a
            className="jp-kfp-IconButton"
            href={url}
            download
            aria-label={trans.__('Download %1', artifact.name)}
            title={trans.__('Download %1', artifact.name)}
          >
            <Icon name="download" />
          </a>
        )}
      </div>
      {open && (
        <div className="jp-kfp-Artifact-content">
          <p className="jp-kfp-Uri">{artifact.uri}</p>
          {Object.keys(metadata).length > 0 && <Arguments values={metadata} />}
          <Loaded artifact={artifact} load={props.load} />
        </div>
      )}
    </li>
  );
}

/** `system.Dataset` is a dataset to its reader. */
function typeText(type: string): string {
  return type.replace(/^(system|google)\./, '').toLowerCase();
}

function Loaded(
  props: Pick<ArtifactActions, 'load'> & { artifact: Artifact }
): JSX.Element {
  const trans = useTrans();
  const { artifact, load } = props;
  const [answer, setAnswer] = React.useState<ArtifactContent | ApiError | null>(
    null
  );
  const { id } = artifact;
  React.useEffect(() => {
    const controller = new AbortController();
    load(artifact, controller.signal).then(
      content => setAnswer(content),
      (error: ApiError) => {
        if (!controller.signal.aborted) {
          setAnswer(error);
        }
      }
    );
    return () => controller.abort();
    // An equal artifact comes as a new object with each look.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id]);
  if (!answer) {
    return <p className="jp-kfp-Muted">{trans.__('Loading…')}</p>;
  }
  return answer instanceof Error ? (
    <p role="alert">{errorText(answer, trans)}</p>
  ) : (
    <ArtifactPreview content={answer} />
  );
}
