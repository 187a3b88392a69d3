import { describe, expect, it } from 'vitest';

import type { Experiment } from '../../src/explorer/api/types';
import type { ListData } from '../../src/explorer/model/list';
import { loadList } from '../../src/explorer/model/list';
import { anExperiment, aWorld, FakeApi } from '../fake';

function make(count: number, pageSize = 50) {
  const api = new FakeApi(aWorld());
  api.world.experiments = Array.from({ length: count }, (_, index) =>
    anExperiment(`e${index}`)
  );
  let data: ListData<Experiment> | undefined;
  const load = async (more: boolean) => {
    const query = { sort_by: 'created_at desc' };
    const answer = await loadList(
      api.experiments,
      query,
      {},
      data,
      more,
      pageSize,
      it => it.experiment_id
    );
    data = answer.data;
  };
  const list = {
    refresh: () => load(false),
    loadMore: () => load(true),
    snapshot: () => ({ data })
  };
  const ids = () => data?.items.map(it => it.experiment_id);
  return { api, list, ids };
}

describe('a list', () => {
  it('begins with one page and tells how many there are', async () => {
    const { list, ids, api } = make(500);
    await list.refresh();
    expect(ids()).toHaveLength(50);
    expect(list.snapshot().data?.total).toBe(500);
    expect(api.callsTo('experiments')).toHaveLength(1);
  });

  it('reaches everything once, page by page', async () => {
    const { list, ids, api } = make(500);
    await list.refresh();
    while (list.snapshot().data?.next) {
      await list.loadMore();
    }
    expect(new Set(ids()).size).toBe(500);
    expect(ids()).toHaveLength(500);
    expect(api.callsTo('experiments')).toHaveLength(10);
    for (const query of api.callsTo('experiments')) {
      expect(query.sort_by).toBe('created_at desc');
    }
  });

  it('keeps its depth when it is refreshed', async () => {
    const { list, ids, api } = make(500);
    await list.refresh();
    await list.loadMore();
    api.world.experiments.unshift(anExperiment('new'));
    await list.refresh();
    expect(ids()).toHaveLength(100);
    expect(ids()?.slice(0, 2)).toEqual(['new', 'e0']);
    expect(api.callsTo('experiments')).toHaveLength(3);
    await list.loadMore();
    expect(new Set(ids()).size).toBe(150);
  });

  it('never asks for more than Pipelines gives, and loses no row by it', async () => {
    const { list, ids, api } = make(500, 100);
    await list.refresh();
    await list.loadMore();
    await list.loadMore();
    api.world.experiments.unshift(anExperiment('new'));
    await list.refresh();
    expect(api.callsTo('experiments').at(-1)?.page_size).toBe(200);
    expect(ids()?.slice(0, 2)).toEqual(['new', 'e0']);
    expect(new Set(ids()).size).toBe(301);
    expect(ids()).toHaveLength(301);
  });

  it('forgets what has gone', async () => {
    const { list, ids, api } = make(120, 100);
    await list.refresh();
    api.world.experiments.splice(0, 110);
    await list.refresh();
    expect(ids()).toHaveLength(10);
    expect(list.snapshot().data).toMatchObject({ total: 10, next: '' });
  });

  it('begins anew when nothing is where it was', async () => {
    const { list, ids, api } = make(500, 200);
    await list.refresh();
    await list.loadMore();
    api.world.experiments = api.world.experiments.map((_, index) =>
      anExperiment(`other${index}`)
    );
    await list.refresh();
    expect(ids()).toHaveLength(200);
    expect(ids()?.[0]).toBe('other0');
  });

  it('shows rows once when pages overlap', async () => {
    const { list, ids, api } = make(100);
    await list.refresh();
    api.world.experiments.unshift(anExperiment('new'));
    await list.loadMore(); // The last row of page one is now the first of page two.
    expect(new Set(ids()).size).toBe(ids()?.length);
  });
});
