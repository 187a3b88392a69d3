import * as React from 'react';

/** Blocks of Markdown: what an artifact needs, and no HTML. */
type Block =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'list'; ordered: boolean; items: string[] }
  | { kind: 'quote'; text: string }
  | { kind: 'table'; rows: string[][] }
  | { kind: 'rule' }
  | { kind: 'text'; text: string };

const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const FENCE = /^\s*(```|~~~)/;
const ITEM = /^\s*(?:([-*+])|(\d+)[.)])\s+(.*)$/;
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** Markdown as elements of the page. HTML in it stays text; images become links. */
export function Markdown({ text }: { text: string }): JSX.Element {
  const blocks = React.useMemo(() => blocksOf(text), [text]);
  return (
    <div className="jp-kfp-Markdown">
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
    </div>
  );
}

function BlockView({ block }: { block: Block }): JSX.Element {
  switch (block.kind) {
    case 'heading':
      return (
        <p role="heading" aria-level={Math.min(6, block.level + 3)}>
          <b>{inline(block.text)}</b>
        </p>
      );
    case 'code':
      return <pre tabIndex={0}>{block.text}</pre>;
    case 'list': {
      const items = block.items.map((item, index) => (
        <li key={index}>{inline(item)}</li>
      ));
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case 'quote':
      return <blockquote>{inline(block.text)}</blockquote>;
    case 'table': {
      const [head = [], ...rows] = block.rows;
      return (
        <table className="jp-kfp-Table">
          <thead>
            <tr>
              {head.map((cell, index) => (
                <th key={index} scope="col">
                  {inline(cell)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => (
                  <td key={column}>{inline(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      );
    }
    case 'rule':
      return <hr />;
    case 'text':
      return <p>{inline(block.text)}</p>;
  }
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  let index = 0;
  while (index < lines.length) {
    const [block, used] = blockAt(lines, index);
    if (block) {
      blocks.push(block);
    }
    index += used;
  }
  return blocks;
}

/** The block that begins in a line, and how many lines it takes. */
function blockAt(
  lines: readonly string[],
  start: number
): [Block | null, number] {
  const line = lines[start] ?? '';
  const heading = HEADING.exec(line);
  if (line.trim() === '') {
    return [null, 1];
  }
  if (heading) {
    return [
      {
        kind: 'heading',
        level: heading[1]?.length ?? 1,
        text: heading[2] ?? ''
      },
      1
    ];
  }
  if (FENCE.test(line)) {
    const end = lines.findIndex((it, at) => at > start && FENCE.test(it));
    const last = end < 0 ? lines.length : end;
    return [
      { kind: 'code', text: lines.slice(start + 1, last).join('\n') },
      last - start + 1
    ];
  }
  if (RULE.test(line)) {
    return [{ kind: 'rule' }, 1];
  }
  if (line.includes('|') && TABLE_RULE.test(lines[start + 1] ?? '')) {
    const rows = taken(lines, start, it => it.includes('|'));
    return [
      {
        kind: 'table',
        rows: rows.filter((_, at) => at !== 1).map(cellsOf)
      },
      rows.length
    ];
  }
  const item = ITEM.exec(line);
  if (item) {
    const items = taken(lines, start, it => ITEM.test(it) || /^\s+\S/.test(it));
    return [
      { kind: 'list', ordered: item[2] !== undefined, items: joined(items) },
      items.length
    ];
  }
  if (line.startsWith('>')) {
    const quoted = taken(lines, start, it => it.startsWith('>'));
    return [
      {
        kind: 'quote',
        text: quoted.map(it => it.replace(/^>\s?/, '')).join(' ')
      },
      quoted.length
    ];
  }
  const text = taken(
    lines,
    start,
    (it, at) =>
      at === start ||
      (it.trim() !== '' &&
        !HEADING.test(it) &&
        !FENCE.test(it) &&
        !ITEM.test(it))
  );
  return [{ kind: 'text', text: text.join(' ') }, text.length];
}

/** The lines from `start` on for which something holds. */
function taken(
  lines: readonly string[],
  start: number,
  holds: (line: string, index: number) => boolean
): string[] {
  let end = start;
  while (end < lines.length && holds(lines[end] ?? '', end)) {
    end += 1;
  }
  return lines.slice(start, Math.max(end, start + 1));
}

/** List items with the lines that continue them. */
function joined(lines: readonly string[]): string[] {
  const items: string[] = [];
  for (const line of lines) {
    const item = ITEM.exec(line)?.[3];
    if (item !== undefined) {
      items.push(item);
    } else {
      items.push(`${items.pop() ?? ''} ${line.trim()}`);
    }
  }
  return items;
}

function cellsOf(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map(cell => cell.trim());
}

/** Code, strong and emphasised words, links and images. */
const INLINE =
  /`([^`]+)`|\*\*([^*]+)\*\*|__([^_]+)__|\*([^*\s][^*]*)\*|!?\[([^\]]*)\]\(([^()\s]+)(?:\s[^()]*)?\)/g;

function inline(text: string): React.ReactNode {
  const parts: React.ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, strong, other, weak, label, href] = match;
    parts.push(text.slice(from, match.index));
    from = match.index + whole.length;
    const key = match.index;
    if (code !== undefined) {
      parts.push(<code key={key}>{code}</code>);
    } else if (strong !== undefined || other !== undefined) {
      parts.push(<b key={key}>{strong ?? other}</b>);
    } else if (weak !== undefined) {
      parts.push(<em key={key}>{weak}</em>);
    } else if (href !== undefined && /^https?:\/\//.test(href)) {
      parts.push(
        <a key={key} href={href} target="_blank" rel="noopener noreferrer">
          {label || href}
        </a>
      );
    } else {
      parts.push(whole);
    }
  }
  return [...parts, text.slice(from)];
}
