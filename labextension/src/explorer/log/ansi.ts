/** A colour of a terminal: one of the sixteen by its number, or any other as CSS. */
export type Colour = number | string;

/** How a piece of a log looks. */
export interface Look {
  colour?: Colour;
  ground?: Colour;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  inverse?: boolean;
}

/** A piece of a line that looks the same all along. */
export interface Piece {
  text: string;
  look: Look;
}

export const PLAIN: Look = {};

const ESC = '\u001b';

/**
 * Escape sequences: CSI with its parameters and its last letter, OSC up to its end
 * (titles, links), and any other with its one character.
 */
const SEQUENCE =
  // eslint-disable-next-line no-control-regex -- These are what it is about.
  /\u001b\[([0-9;:?<=>!]*)[ -/]*([@-~])|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[^\u001b]?/g;

/** What no terminal shows, apart from the tabulator. */
// eslint-disable-next-line no-control-regex -- These are what it is about.
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f]/g;

/** Where the last state of a line begins and ends: progress bars overwrite themselves. */
function lastState(line: string): [number, number] {
  let end = line.length;
  while (end > 0 && (line[end - 1] === '\n' || line[end - 1] === '\r')) {
    end -= 1;
  }
  return [end > 0 ? line.lastIndexOf('\r', end - 1) + 1 : 0, end];
}

/** A line as it is read: without colours, and without what moves a cursor. */
export function plainText(line: string): string {
  return line
    .slice(...lastState(line))
    .replace(SEQUENCE, '')
    .replace(CONTROLS, '');
}

/** How what follows a line looks, when it began as `look`. */
export function lookAfter(line: string, look: Look): Look {
  if (!line.includes(ESC)) {
    return look;
  }
  let last = look;
  for (const [, codes, letter] of line.matchAll(SEQUENCE)) {
    last = letter === 'm' ? changed(last, codes ?? '') : last;
  }
  return last;
}

/** The pieces of a line that begins as `look`. */
export function piecesOf(line: string, look: Look): Piece[] {
  const [start, end] = lastState(line);
  const shown = line.slice(start, end);
  const pieces: Piece[] = [];
  let current = lookAfter(line.slice(0, start), look);
  let from = 0;
  const add = (to: number) => {
    const text = shown.slice(from, to).replace(CONTROLS, '');
    if (text) {
      pieces.push({ text, look: current });
    }
  };
  for (const match of shown.matchAll(SEQUENCE)) {
    add(match.index);
    from = match.index + match[0].length;
    if (match[2] === 'm') {
      current = changed(current, match[1] ?? '');
    }
  }
  add(shown.length);
  return pieces;
}

/** `look` after the codes of one "Select Graphic Rendition". */
function changed(look: Look, parameters: string): Look {
  if (/[?<=>!]/.test(parameters)) {
    return look;
  }
  const codes = parameters.split(/[;:]/).map(Number);
  let result = look;
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    if (code === 38 || code === 48) {
      const [colour, used] = extended(codes.slice(index + 1));
      index += used;
      if (colour !== undefined) {
        result = {
          ...result,
          [code === 38 ? 'colour' : 'ground']: colour
        };
      }
    } else {
      result = simple(result, code);
    }
  }
  return result;
}

function simple(look: Look, code: number): Look {
  if (code >= 30 && code <= 37) {
    return { ...look, colour: code - 30 };
  }
  if (code >= 40 && code <= 47) {
    return { ...look, ground: code - 40 };
  }
  if (code >= 90 && code <= 97) {
    return { ...look, colour: code - 82 };
  }
  if (code >= 100 && code <= 107) {
    return { ...look, ground: code - 92 };
  }
  switch (code) {
    case 0:
      return PLAIN;
    case 1:
      return { ...look, bold: true };
    case 2:
      return { ...look, dim: true };
    case 3:
      return { ...look, italic: true };
    case 4:
      return { ...look, underline: true };
    case 7:
      return { ...look, inverse: true };
    case 22:
      return { ...look, bold: false, dim: false };
    case 23:
      return { ...look, italic: false };
    case 24:
      return { ...look, underline: false };
    case 27:
      return { ...look, inverse: false };
    case 39:
      return { ...look, colour: undefined };
    case 49:
      return { ...look, ground: undefined };
    default:
      return look;
  }
}

/** A colour of 256, or a true one, and how many codes it took. */
function extended(codes: readonly number[]): [Colour | undefined, number] {
  const [kind, ...rest] = codes;
  if (kind === 5) {
    return [paletteColour(rest[0] ?? 0), 2];
  }
  if (kind === 2) {
    const [red, green, blue] = rest.slice(0, 3).map(byte);
    return [rgb(red ?? 0, green ?? 0, blue ?? 0), 4];
  }
  return [undefined, 1];
}

/** The colour with this number in xterm's palette of 256. */
function paletteColour(index: number): Colour | undefined {
  if (index < 0 || index > 255 || !Number.isInteger(index)) {
    return undefined;
  }
  if (index < 16) {
    return index;
  }
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return rgb(grey, grey, grey);
  }
  const level = (value: number) => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return rgb(
    level(Math.floor(cube / 36)),
    level(Math.floor(cube / 6) % 6),
    level(cube % 6)
  );
}

function byte(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value) || 0));
}

function rgb(red: number, green: number, blue: number): string {
  return `rgb(${red} ${green} ${blue})`;
}
