import * as React from 'react';

import { Button } from '../components/controls';
import { useTrans } from '../model/environment';
import { sizeText } from '../model/i18n';
import { csvRows, jsonLines } from './csv';
import { Markdown } from './markdown';
import type { ArtifactContent } from '../api/types';

/** How many rows of a table are shown. */
const ROWS = 50;

/** The beginning of an artifact. It is untrusted: text, or a frame without scripts. */
export function ArtifactPreview(props: {
  content: ArtifactContent;
}): JSX.Element {
  const trans = useTrans();
  const { content } = props;
  const { kind, size, truncated } = content;
  return (
    <div className="jp-kfp-Preview">
      <Content content={content} />
      {truncated && kind !== 'folder' && (
        <p className="jp-kfp-Muted">
          {trans.__('This is the beginning of %1.', sizeText(size, trans))}
        </p>
      )}
    </div>
  );
}

function Content({ content }: { content: ArtifactContent }): JSX.Element {
  const trans = useTrans();
  const { kind, text = '', truncated, name } = content;
  switch (kind) {
    case 'csv': {
      const { rows, more } = csvRows(text, ROWS + 1, truncated);
      return <Rows name={name} rows={rows} more={more} />;
    }
    case 'json': {
      const lines = jsonLines(text, ROWS, truncated);
      return lines ? (
        <Rows name={name} {...lines} />
      ) : (
        <Text text={pretty(text)} />
      );
    }
    case 'markdown':
      return <Markdown text={text} />;
    case 'image':
      return (
        <img alt={trans.__('The image %1', name)} src={imageUrl(content)} />
      );
    case 'html':
      return <Html name={name} html={text} />;
    case 'folder':
      return <Files content={content} />;
    case 'binary':
      return (
        <p className="jp-kfp-Muted">
          {trans.__('There is no preview of this kind of file.')}
        </p>
      );
    case 'text':
      return <Text text={text} />;
  }
}

function imageUrl({ media_type, base64, text = '' }: ArtifactContent): string {
  return base64 === undefined
    ? `data:${media_type},${encodeURIComponent(text)}`
    : `data:${media_type};base64,${base64}`;
}

function Text({ text }: { text: string }): JSX.Element {
  const trans = useTrans();
  return text === '' ? (
    <p className="jp-kfp-Muted">{trans.__('It is empty.')}</p>
  ) : (
    <pre tabIndex={0}>{text}</pre>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text; // It was cut, or is none.
  }
}

function Rows(props: {
  name: string;
  rows: readonly (readonly string[])[];
  more: boolean;
}): JSX.Element {
  const trans = useTrans();
  const [head = [], ...rows] = props.rows;
  return (
    <div
      className="jp-kfp-Preview-table"
      role="region"
      aria-label={props.name}
      tabIndex={0}
    >
      <table className="jp-kfp-Table">
        <thead>
          <tr>
            {head.map((cell, index) => (
              <th key={index} scope="col">
                <bdi>{cell}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td
                  key={column}
                  className={isNumber(cell) ? 'jp-mod-number' : undefined}
                >
                  <bdi>{cell}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {props.more && (
        <p className="jp-kfp-Muted">
          {trans._n('The first row.', 'The first %1 rows.', rows.length)}
        </p>
      )}
    </div>
  );
}

function isNumber(cell: string): boolean {
  return cell !== '' && Number.isFinite(Number(cell));
}

/** Whatever the page holds, it runs no script and fetches nothing. */
const POLICY =
  '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; img-src data:">';

/** Shown only when asked for, and kept apart from this page. */
function Html(props: { name: string; html: string }): JSX.Element {
  const trans = useTrans();
  const [shown, setShown] = React.useState(false);
  return shown ? (
    <iframe
      title={trans.__('The page %1', props.name)}
      sandbox=""
      referrerPolicy="no-referrer"
      srcDoc={POLICY + props.html}
    />
  ) : (
    <p>
      <Button onClick={() => setShown(true)}>{trans.__('Show HTML')}</Button>{' '}
      <span className="jp-kfp-Muted">
        {trans.__('It is shown without its scripts.')}
      </span>
    </p>
  );
}

function Files({ content }: { content: ArtifactContent }): JSX.Element {
  const trans = useTrans();
  const files = content.files ?? [];
  return files.length === 0 ? (
    <p className="jp-kfp-Muted">{trans.__('The folder is empty.')}</p>
  ) : (
    <ul className="jp-kfp-Preview-files">
      {files.map(({ name, size }) => (
        <li key={name}>
          <bdi>{name}</bdi>{' '}
          <span className="jp-kfp-Muted">{sizeText(size, trans)}</span>
        </li>
      ))}
      {content.truncated && <li>…</li>}
    </ul>
  );
}
