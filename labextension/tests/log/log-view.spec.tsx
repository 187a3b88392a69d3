import { act, fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { ApiError } from '../../src/explorer/api/errors';
import LogView from '../../src/explorer/log/log-view';
import type { LogStart } from '../../src/explorer/log/reader';
import { EVERY, PIECE } from '../../src/explorer/log/reader';
import { expectAccessible } from '../axe';
import { TestEnvironment } from '../environment';
import { FakeLog } from './fake-log';

let log: FakeLog;

const pass = (milliseconds = 20) =>
  act(() => vi.advanceTimersByTimeAsync(milliseconds));

async function show(start: LogStart = 'end', live = false) {
  const shown = render(
    <TestEnvironment>
      <LogView source={log} name="train" start={start} live={live} />
    </TestEnvironment>
  );
  await pass();
  return shown;
}

const view = () => screen.getByRole('region', { name: 'Log of train' });
const lines = () => screen.getByRole('log');
const current = () => lines().querySelector('[aria-current]')?.textContent;

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  log = new FakeLog('one\ntwo\nthree\n');
});

afterEach(() => vi.useRealTimers());

it('shows lines as text, with links, and says where they come from', async () => {
  log = new FakeLog(
    '<b>bold</b> see https://a.example/x.\n\u001b[31mred\u001b[0m\n'
  );
  const { container } = await show();
  expect(container.querySelector('b')).toBeNull();
  expect(lines().textContent).toContain('<b>bold</b> see https://a.example/x.');
  const link = within(lines()).getByRole('link');
  expect(link.getAttribute('href')).toBe('https://a.example/x');
  expect(link.getAttribute('rel')).toBe('noopener noreferrer');
  expect(screen.getByText('red').style.color).toBe('var(--jp-kfp-ansi-1)');
  expect(view().textContent).toContain('end of the log · 2 lines');
  expect(view().textContent).toContain('from the pod');
  vi.useRealTimers();
  await expectAccessible(container);
});

it('has few elements, however long the log is', async () => {
  log = new FakeLog('a line of the log\n'.repeat(100_000));
  await show();
  expect(log.reads).toEqual([{ offset: -PIECE.first, limit: PIECE.first }]);
  const count = lines().querySelectorAll('.jp-kfp-Log-line').length;
  expect(count).toBeGreaterThan(10);
  expect(count).toBeLessThanOrEqual(300);
  fireEvent.click(screen.getByRole('button', { name: /before this/ }));
  await pass();
  expect(log.reads.at(-1)).toMatchObject({ limit: PIECE.more });
  fireEvent.keyDown(lines(), { key: 'Home' });
  await pass();
  expect(log.reads.at(-1)?.offset).toBe(0);
});

it('cuts what is too long until it is asked for', async () => {
  log = new FakeLog(`${'x'.repeat(10_000)}\n`);
  await show();
  expect(lines().textContent?.length).toBeLessThan(4_100);
  fireEvent.click(screen.getByRole('button', { name: '… 6 kB more' }));
  expect(lines().textContent?.length).toBeGreaterThanOrEqual(10_000);
});

describe('errors', () => {
  beforeEach(() => {
    log = new FakeLog(
      'ERROR first\nok\nTraceback (most recent call last):\n  File "a"\nValueError: bad\nERROR last\n'
    );
  });

  it('are marked, and gone through by keys', async () => {
    await show('error');
    expect(lines().querySelectorAll('.jp-mod-error')).toHaveLength(5);
    fireEvent.keyDown(lines(), { key: 'e' });
    await pass();
    expect(current()).toContain('ERROR first');
    fireEvent.click(screen.getByRole('button', { name: 'Next error (E)' }));
    await pass();
    expect(current()).toContain('ValueError: bad');
    fireEvent.keyDown(lines(), { key: 'E', shiftKey: true });
    await pass();
    expect(current()).toContain('ERROR first');
  });
});

describe('the search', () => {
  it('looks through the whole log, and says the true number', async () => {
    log = new FakeLog(
      `${'plain\n'.repeat(50_000)}needle\n${'more\n'.repeat(50_000)}needle\n`
    );
    await show();
    fireEvent.keyDown(lines(), { key: 'f', ctrlKey: true });
    const field = screen.getByRole('textbox', { name: 'Search the log' });
    fireEvent.change(field, { target: { value: 'needle' } });
    await pass(300);
    expect(log.searches).toMatchObject([
      { text: 'needle', regex: false, matchCase: false }
    ]);
    expect(within(view()).getByText('2')).toBeTruthy();
    fireEvent.keyDown(field, { key: 'Enter' });
    await pass();
    expect(within(view()).getByText('1 of 2')).toBeTruthy();
    const { offset = 0, limit = 0 } = log.reads.at(-1) ?? {};
    expect(offset).toBeLessThan(300_000);
    expect(offset + limit).toBeGreaterThan(300_007);
    fireEvent.keyDown(view(), { key: 'F3' });
    await pass();
    expect(within(view()).getByText('2 of 2')).toBeTruthy();
    fireEvent.keyDown(field, { key: 'Escape' });
    expect(field).toHaveProperty('value', '');
  });

  it('leaves the second Ctrl-F to the browser', async () => {
    await show();
    const field = screen.getByRole('textbox', { name: 'Search the log' });
    expect(fireEvent.keyDown(lines(), { key: 'f', ctrlKey: true })).toBe(false);
    expect(fireEvent.keyDown(field, { key: 'f', ctrlKey: true })).toBe(true);
  });
});

describe('a log that grows', () => {
  beforeEach(() => {
    log.more = { ended: false };
  });

  it('is followed while its end is looked at', async () => {
    await show('end', true);
    log.write('four\n');
    await pass(EVERY);
    expect(lines().textContent).toContain('four');
    expect(log.reads.at(-1)).toMatchObject({ offset: 14 });
    expect(screen.queryByRole('button', { name: /new line/ })).toBeNull();
    log.more = { ended: true };
    await pass(EVERY);
    const count = log.reads.length;
    await pass(10 * EVERY);
    // The task may still run; the log of its container has ended.
    expect(log.reads.length).toBe(count);
  });

  it('says how many lines are new where it is not', async () => {
    await show('end', true);
    fireEvent.keyDown(lines(), { key: 'Home' });
    await pass();
    log.write('four\nfive\n');
    await pass(EVERY);
    fireEvent.click(screen.getByRole('button', { name: '↓ 2 new lines' }));
    await pass();
    expect(screen.queryByRole('button', { name: /new line/ })).toBeNull();
    const follow = screen.getByRole('button', { name: 'Follow (End)' });
    expect(follow.getAttribute('aria-pressed')).toBe('true');
  });

  it('keeps its lines when an answer fails', async () => {
    await show('end', true);
    log.failure = new ApiError('rbac-denied', {
      message: 'You may not read logs.',
      status: 403
    });
    await pass(EVERY);
    expect(lines().textContent).toContain('three');
    expect(view().textContent).toContain('Not updated: You may not read logs.');
    log.failure = null;
    fireEvent.click(screen.getByRole('button', { name: 'Try Now' }));
    await pass();
    expect(view().textContent).not.toContain('Not updated');
  });
});

it('says why there is no log', async () => {
  log = new FakeLog('');
  log.more = {
    source: '',
    reason: {
      code: 'pod-gone',
      message: 'The pod is gone.',
      next_step: 'Ask your administrator to keep logs.'
    }
  };
  const { container } = await show();
  expect(view().textContent).toContain('The pod is gone.');
  expect(view().textContent).toContain('Ask your administrator');
  vi.useRealTimers();
  await expectAccessible(container);
});

it('reads other attempts and containers', async () => {
  await show();
  fireEvent.change(screen.getByRole('combobox', { name: 'Attempt' }), {
    target: { value: '1' }
  });
  await pass();
  expect(log.reads.at(-1)).toMatchObject({ attempt: 1 });
  const link = screen.getByRole('link', { name: 'Download the log' });
  expect(link.getAttribute('href')).toBe('/log?attempt=1');
  fireEvent.change(screen.getByRole('combobox', { name: 'Container' }), {
    target: { value: 'driver' }
  });
  await pass();
  expect(log.reads.at(-1)).toMatchObject({ attempt: 1, container: 'driver' });
});

it('copies all lines, also those out of sight, without their numbers', async () => {
  log = new FakeLog('\u001b[1mline\u001b[0m\n'.repeat(2_000));
  await show();
  fireEvent.keyDown(lines(), { key: 'a', ctrlKey: true });
  const setData = vi.fn();
  fireEvent.copy(lines(), { clipboardData: { setData } });
  expect(setData).toHaveBeenCalledWith(
    'text/plain',
    Array(2_000).fill('line').join('\n')
  );
});
