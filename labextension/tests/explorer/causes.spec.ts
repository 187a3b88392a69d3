import { expect, it } from 'vitest';

import { ApiError } from '../../src/explorer/api/errors';
import { causeText, errorText } from '../../src/explorer/model/causes';
import { english } from '../../src/explorer/model/i18n';

const chinese = {
  ...english,
  __: (said: string) =>
    ({
      'The token file {path} is empty.': '令牌文件 {path} 为空。',
      'The token is meant for {audience}, and Pipelines wants {wanted}.':
        'Pipelines 要求 {wanted}，而令牌的受众是 {audience}。',
      'Try again in a minute.': '请一分钟后重试。',
      'The run failed: {said}': '运行失败：{said}',
      '{task} failed: {said}': '{task} 失败：{said}'
    })[said] ?? said
};

it('tells a cause in the language of the reader, with its facts in their places', () => {
  const empty = 'The token file /run/$&/a+b is empty.';
  expect(causeText('token-empty', empty, chinese)).toBe(
    '令牌文件 /run/$&/a+b 为空。'
  );
  const other = 'The token is meant for a, b, and Pipelines wants c.d.';
  expect(causeText('token-audience', other, chinese)).toBe(
    'Pipelines 要求 c.d，而令牌的受众是 a, b。'
  );
});

it('tells the next step, too', () => {
  const error = new ApiError('gateway-timeout', {
    message: 'The request to h took too long on the way (HTTP 504).',
    nextStep: 'Try again in a minute.'
  });
  expect(errorText(error, chinese)).toBe(
    'The request to h took too long on the way (HTTP 504). 请一分钟后重试。'
  );
});

it.each([
  ['token-empty', 'Another sentence of another version.'],
  ['a-cause-of-tomorrow', 'The token file x is empty.'],
  ['invalid-request', 'page_size must be a whole number.'],
  ['toString', 'The token file x is empty.']
])('leaves what it does not know as it is: %s, %s', (cause, said) => {
  expect(causeText(cause, said, chinese)).toBe(said);
});

it('tells the reason of a failed task, and that of a run', () => {
  expect(causeText('failed', 'train failed: no: such.', chinese)).toBe(
    'train 失败：no: such.'
  );
  expect(causeText('failed', 'The run failed: why', chinese)).toBe(
    '运行失败：why'
  );
});

it('says in English what the server said', () => {
  const said = 'The token file {odd} is empty.';
  expect(causeText('token-empty', said, english)).toBe(said);
});
