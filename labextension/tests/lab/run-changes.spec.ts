import type { Event } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { expect, it, vi } from 'vitest';

import { Store } from '../../src/explorer/model/store';
import { followRuns, RUNS_CHANGED } from '../../src/lab/run-changes';
import { FakeApi } from '../fake';

/** Follow a bus; returns how to tell of a change, and which of some paths are then outdated. */
function aBus() {
  const stream = new Signal<unknown, Event.Emission>({});
  const store = new Store(new FakeApi());
  const outdate = vi.spyOn(store, 'outdate');
  followRuns({ stream } as unknown as Event.IManager, store);
  return (event: object, schema = RUNS_CHANGED): string[] | undefined => {
    outdate.mockClear();
    stream.emit({ schema_id: schema, ...event } as unknown as Event.Emission);
    const isOutdated = outdate.mock.calls[0]?.[0];
    return isOutdated && PATHS.filter(isOutdated);
  };
}

const PATHS = [
  'status',
  'experiments',
  'runs',
  'runs/a',
  'runs/a/outputs',
  'runs/b',
  'recurring-runs',
  'pipelines'
];

it('asks for the lists and for the run that has changed', () => {
  expect(aBus()({ namespace: 'n', run_ids: ['a'], listed: true })).toEqual([
    'status',
    'experiments',
    'runs',
    'runs/a',
    'runs/a/outputs'
  ]);
});

it('asks for a run alone where lists do not show what has changed', () => {
  expect(aBus()({ namespace: 'n', run_ids: ['b'], listed: false })).toEqual([
    'runs/b'
  ]);
});

it('takes no notice of other events', () => {
  const tell = aBus();
  expect(tell({ run_ids: ['a'], listed: true }, 'else')).toBeUndefined();
});

it('marks as outdated what is known', async () => {
  const store = new Store(new FakeApi());
  store.learn(['runs/a'], { data: 1, at: Date.now() });
  store.learn(['runs/b'], { data: 1, at: Date.now() });
  store.outdate(path => path === 'runs/a');
  const invalid = (path: string) =>
    store.client.getQueryState([path])?.isInvalidated;
  expect([invalid('runs/a'), invalid('runs/b')]).toEqual([true, false]);
});
