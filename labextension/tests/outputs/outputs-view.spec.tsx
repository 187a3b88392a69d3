import { act, fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';

import { ApiError } from '../../src/explorer/api/errors';
import { ArtifactPreview } from '../../src/explorer/outputs/artifact-preview';
import { csvRows, jsonLines } from '../../src/explorer/outputs/csv';
import OutputsView from '../../src/explorer/outputs/outputs-view';
import { areaUnder } from '../../src/explorer/outputs/roc';
import type { ArtifactContent } from '../../src/explorer/api/types';
import { expectAccessible } from '../axe';
import { someOutputs } from './some-outputs';

const content = (more: Partial<ArtifactContent>): ArtifactContent => ({
  id: '1',
  name: 'report',
  type: 'system.Artifact',
  uri: 's3://lake/report',
  media_type: 'text/plain',
  kind: 'text',
  size: 10,
  truncated: false,
  ...more
});

const load = vi.fn(async () => content({ text: 'a,b\n1,2\n', kind: 'csv' }));

const EMPTY = 'No task of this run has put anything out.';

function show(outputs = someOutputs()) {
  return render(<OutputsView outputs={outputs} empty={EMPTY} load={load} />);
}

const part = (name: string) => within(screen.getByRole('region', { name }));

describe('what a run put out', () => {
  it('has its metrics first, with all digits on hover', async () => {
    const { container } = show();
    const headings = screen
      .getAllByRole('heading')
      .map(heading => heading.textContent);
    expect(headings).toEqual([
      'Metrics',
      'Curves and Matrices',
      'Parameters',
      'Artifacts'
    ]);
    const row = part('Metrics').getByRole('row', { name: /^accuracy/ });
    expect(row.textContent).toBe('accuracy0.931235evaluate');
    expect(within(row).getByTitle('0.931234567')).toBeTruthy();
    await expectAccessible(container);
  });

  it('folds the rounds of a loop under one row', () => {
    show();
    const table = part('Metrics');
    const row = table.getByRole('row', { name: /^rmse/ });
    expect(row.textContent).toBe('rmse12.3457 to 13.3457fit · 2 iterations');
    fireEvent.click(table.getByRole('button', { name: 'rmse' }));
    expect(
      table.getAllByRole('row', { name: /^rmse/ }).map(it => it.textContent)
    ).toContain('rmse13.3457fit · Iteration 1');
  });

  it('opens an artifact when asked to, and says why it cannot', async () => {
    show();
    expect(load).not.toHaveBeenCalled();
    const artifacts = part('Artifacts');
    await act(async () =>
      fireEvent.click(artifacts.getByRole('button', { name: /^sales/ }))
    );
    expect(artifacts.getByRole('cell', { name: '1' })).toBeTruthy();
    expect(artifacts.getByText('s3://lake/sales.csv')).toBeTruthy();
    fireEvent.click(artifacts.getByRole('button', { name: /^sales/ }));
    load.mockRejectedValueOnce(
      new ApiError('store-denied', {
        message: 'The store refused.',
        nextStep: 'Ask for access.'
      })
    );
    await act(async () =>
      fireEvent.click(artifacts.getByRole('button', { name: /^sales/ }))
    );
    expect(screen.getByRole('alert').textContent).toBe(
      'The store refused. Ask for access.'
    );
  });

  it('says what is missing, and that there is nothing', () => {
    const { rerender } = show(
      someOutputs({
        tasks: [],
        metrics: [],
        problem: {
          cause: 'no-route',
          message: 'The metadata store cannot be reached.',
          next_step: 'Allow it.'
        }
      })
    );
    expect(screen.getByRole('status').textContent).toContain(
      'cannot be reached'
    );
    rerender(
      <OutputsView
        outputs={someOutputs({ tasks: [], metrics: [] })}
        empty={EMPTY}
        load={load}
      />
    );
    expect(screen.getByText(/No task of this run/)).toBeTruthy();
  });
});

describe('plots', () => {
  it('have sentences as names, tables, and points by keys', () => {
    show();
    const plot = screen.getByRole('img', {
      name: 'ROC curve of evaluate, 4 points, area 0.875.'
    });
    fireEvent.keyDown(plot, { key: 'ArrowRight' });
    fireEvent.keyDown(plot, { key: 'ArrowRight' });
    expect(
      screen.getByText('evaluate: threshold 0.8, FPR 0, TPR 0.5')
    ).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Table' }));
    expect(screen.getAllByRole('row', { name: /^evaluate/ })).toHaveLength(4);
  });

  it('compute the area by trapezoids, from corner to corner', () => {
    expect(areaUnder([])).toBe(0.5);
    expect(areaUnder([[0.5, 0, 1]])).toBe(1);
    expect(areaUnder([[0.5, 1, 0]])).toBe(0);
  });

  it('show a matrix as counts or as shares of its rows', async () => {
    const { container } = show();
    const matrix = screen.getByRole('table', { name: /^Confusion matrix/ });
    expect(within(matrix).getByRole('cell', { name: '93' }).title).toBe(
      'actual cat, predicted cat: 93 (93% of the row)'
    );
    fireEvent.click(screen.getByRole('checkbox', { name: 'Row %' }));
    expect(within(matrix).getByRole('cell', { name: '12%' })).toBeTruthy();
    await expectAccessible(container);
  });
});

describe('a preview', () => {
  const preview = (more: Partial<ArtifactContent>) =>
    render(<ArtifactPreview content={content(more)} />).container;

  it('shows HTML only when asked to, in a frame that can do nothing', () => {
    const container = preview({
      kind: 'html',
      text: '<script>alert(1)</script>'
    });
    expect(container.querySelector('iframe, script')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Show HTML' }));
    const frame = container.querySelector('iframe');
    expect(frame?.getAttribute('sandbox')).toBe('');
    expect(frame?.getAttribute('srcdoc')).toContain("default-src 'none'");
  });

  it('shows Markdown without its HTML', async () => {
    const container = preview({
      kind: 'markdown',
      text: '# Report\n<img src=x onerror=alert(1)>\n\n- **one**\n- [two](https://a.example)\n- [bad](javascript:alert(1))\n\n|a|b|\n|-|-|\n|1|2|\n\n```\ncode\n```\n'
    });
    expect(container.querySelector('img, script')).toBeNull();
    expect(screen.getByRole('heading', { name: 'Report' })).toBeTruthy();
    expect(screen.getAllByRole('listitem')).toHaveLength(3);
    expect(screen.getAllByRole('link')).toHaveLength(1);
    expect(screen.getByRole('cell', { name: '2' })).toBeTruthy();
    expect(container.querySelector('pre')?.textContent).toBe('code');
    await expectAccessible(container);
  });

  it('shows 50 rows of a table', () => {
    preview({
      kind: 'csv',
      text: `n,s\n${'1,"a ""b"", c"\n'.repeat(80)}`
    });
    expect(screen.getAllByRole('row')).toHaveLength(51);
    expect(screen.getAllByRole('cell', { name: 'a "b", c' })).toHaveLength(50);
    expect(screen.getByText('The first 50 rows.')).toBeTruthy();
  });

  it.each<[string, Partial<ArtifactContent>, string]>([
    ['JSON', { kind: 'json', text: '{"a":[1]}' }, '"a": ['],
    ['text', { text: '<b>no</b>' }, '<b>no</b>'],
    ['nothing', { text: '' }, 'It is empty.'],
    [
      'a folder',
      { kind: 'folder', files: [{ name: 'b', size: 2000 }] },
      '2 kB'
    ],
    ['what it does not know', { kind: 'binary' }, 'no preview'],
    ['a part', { text: 'x', truncated: true, size: 2_500_000 }, '2.5 MB']
  ])('shows %s', (_, more, text) => {
    expect(preview(more).textContent).toContain(text);
  });

  it('shows pictures as pictures', () => {
    preview({ kind: 'image', media_type: 'image/svg+xml', text: '<svg/>' });
    expect(screen.getByRole('img').getAttribute('src')).toBe(
      'data:image/svg+xml,%3Csvg%2F%3E'
    );
  });
});

it('reads separated values as they are written', () => {
  expect(csvRows('a;b\r\n"x\ny";2\n', 9, false).rows).toEqual([
    ['a', 'b'],
    ['x\ny', '2']
  ]);
  expect(csvRows('a\tb\n1\t2\n3', 9, true)).toEqual({
    rows: [
      ['a', 'b'],
      ['1', '2']
    ],
    more: true
  });
  expect(jsonLines('{"a":1}\n{"b":"x"}\n', 9, false)?.rows).toEqual([
    ['a', 'b'],
    ['1', ''],
    ['', 'x']
  ]);
  expect(jsonLines('{"a":1}', 9, false)).toBeNull();
});
