import { expect, it } from 'vitest';

import { lookAfter, piecesOf, plainText } from '../../src/explorer/log/ansi';
import { withLinks } from '../../src/explorer/log/links';

const ESC = '\u001b';

it('reads the sixteen colours, and what is set back', () => {
  const line = `a${ESC}[1;31mred${ESC}[22;39m plain ${ESC}[92mgreen${ESC}[0m!\n`;
  expect(piecesOf(line, {})).toEqual([
    { text: 'a', look: {} },
    { text: 'red', look: { bold: true, colour: 1 } },
    {
      text: ' plain ',
      look: { bold: false, dim: false, colour: undefined }
    },
    {
      text: 'green',
      look: { bold: false, dim: false, colour: 10 }
    },
    { text: '!', look: {} }
  ]);
  expect(plainText(line)).toBe('ared plain green!');
});

it.each([
  ['38;5;196', 'rgb(255 0 0)'],
  ['38;5;9', 9],
  ['38;5;244', 'rgb(128 128 128)'],
  ['38;2;1;2;300', 'rgb(1 2 255)']
])('reads the extended colour %s', (codes, colour) => {
  expect(piecesOf(`${ESC}[${codes};4mx`, {})[0]?.look).toEqual({
    colour,
    underline: true
  });
});

it('keeps a look over lines', () => {
  const look = lookAfter(`${ESC}[33mwarning\n`, {});
  expect(piecesOf('more\n', look)).toEqual([
    { text: 'more', look: { colour: 3 } }
  ]);
});

it.each([
  [`10%\r50%\r100%\n`, '100%'],
  [`done\r\n`, 'done'],
  [`${ESC}]0;a title\u0007text`, 'text'],
  [`${ESC}]8;;https://a.b${ESC}\\link${ESC}]8;;${ESC}\\`, 'link'],
  [`${ESC}[2K${ESC}[1Gcleared`, 'cleared'],
  [`${ESC}[?25lhidden${ESC}(B`, 'hidden'],
  ['a\u0008\u0000b\tc', 'ab\tc'],
  ['\r', ''],
  ['', '']
])('drops what moves a cursor: %j', (line, text) => {
  expect(plainText(line)).toBe(text);
  expect(
    piecesOf(line, {})
      .map(piece => piece.text)
      .join('')
  ).toBe(text);
});

it('finds addresses, without what belongs to the sentence', () => {
  expect(withLinks('see (https://a.b/c?d=e). javascript:alert(1)')).toEqual([
    { text: 'see (' },
    { text: 'https://a.b/c?d=e', href: 'https://a.b/c?d=e' },
    { text: '). javascript:alert(1)' }
  ]);
  expect(withLinks('https://')).toEqual([{ text: 'https://' }]);
});
