/** The first rows of a CSV text; a text that was cut loses its last, broken row. */
export function csvRows(
  text: string,
  most: number,
  truncated: boolean
): { rows: string[][]; more: boolean } {
  const separator = separatorOf(text);
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endRow = () => {
    rows.push([...row, cell]);
    row = [];
    cell = '';
  };
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] as string;
    if (rows.length > most) {
      return { rows: rows.slice(0, most), more: true };
    }
    if (quoted) {
      if (character !== '"') {
        cell += character;
      } else if (text[index + 1] === '"') {
        cell += '"';
        index += 1;
      } else {
        quoted = false;
      }
    } else if (character === '"' && cell === '') {
      quoted = true;
    } else if (character === separator) {
      row.push(cell);
      cell = '';
    } else if (character === '\n') {
      endRow();
    } else if (character !== '\r') {
      cell += character;
    }
  }
  if ((cell !== '' || row.length > 0) && !truncated) {
    endRow();
  }
  return { rows: rows.slice(0, most), more: truncated || rows.length > most };
}

/** What stands between the cells of the first line. */
function separatorOf(text: string): string {
  const line = text.slice(0, Math.max(0, text.indexOf('\n')) || undefined);
  const counts = [',', '\t', ';'].map(
    separator => [separator, line.split(separator).length] as const
  );
  return counts.reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

/** Lines of JSON objects as a table; null where they are none. */
export function jsonLines(
  text: string,
  most: number,
  truncated: boolean
): { rows: string[][]; more: boolean } | null {
  const all = text.split('\n').filter(line => line.trim() !== '');
  const lines = truncated ? all.slice(0, -1) : all;
  if (lines.length < 2) {
    return null;
  }
  try {
    const objects = lines
      .slice(0, most)
      .map(line => JSON.parse(line) as Record<string, unknown>);
    if (objects.some(it => typeof it !== 'object' || it === null)) {
      return null;
    }
    const names = [...new Set(objects.flatMap(it => Object.keys(it)))];
    const cell = (value: unknown) =>
      typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
    return {
      rows: [names, ...objects.map(it => names.map(name => cell(it[name])))],
      more: truncated || lines.length > most
    };
  } catch {
    return null;
  }
}
