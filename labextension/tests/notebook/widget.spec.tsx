import { act, fireEvent, screen } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import notebook from '../../src/notebook/index';
import { PATIENCE } from '../../src/notebook/kernel';
import { english } from '../../src/explorer/model/i18n';
import { forgetStore, shareTrans } from '../../src/explorer/model/shared';
import { KERNEL_CAP } from '../../src/notebook/widget';
import { anExperiment, aRun, aStatus } from '../fake';
import { aState, FakeModel } from './fake-model';

const QUICK = 10_000;

/** What the page's IntersectionObservers are told. */
let scroll: (inView: boolean) => void;
let fetch: ReturnType<typeof vi.fn<typeof globalThis.fetch>>;
let dispose: () => void;

const pass = (milliseconds = 0) =>
  act(() => vi.advanceTimersByTimeAsync(milliseconds));

const experiments = {
  items: [anExperiment('e1', { display_name: 'churn' })],
  next_page_token: '',
  total_size: 1
};
const running = {
  items: [aRun('r1', { display_name: 'train', state: 'RUNNING' })],
  next_page_token: '',
  total_size: 1
};

async function show(model: FakeModel) {
  const el = document.body.appendChild(document.createElement('div'));
  act(() => {
    dispose = notebook.render({ model, el });
  });
  scroll(true);
  await pass();
  await pass();
  return () =>
    act(() => {
      dispose();
      el.remove();
    });
}

/** The paths that were asked of the kernel. */
const asked = (model: FakeModel) =>
  model.sent.map(it => it.path).filter(it => it !== 'status');

beforeEach(() => {
  vi.useFakeTimers();
  forgetStore();
  document.body.innerHTML = '';
  document.body.dataset.baseUrl = '/nb/';
  const observers = new Set<IntersectionObserverCallback>();
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(private readonly callback: IntersectionObserverCallback) {}
      observe() {
        observers.add(this.callback);
      }
      disconnect() {
        observers.delete(this.callback);
      }
    }
  );
  scroll = inView =>
    act(() =>
      observers.forEach(callback =>
        callback(
          [{ isIntersecting: inView } as IntersectionObserverEntry],
          {} as IntersectionObserver
        )
      )
    );
  fetch = vi.fn(async () => new Response('not here', { status: 404 }));
  vi.stubGlobal('fetch', fetch);
});

describe('with the server extension', () => {
  beforeEach(() => {
    fetch.mockImplementation(async url =>
      String(url).includes('status')
        ? new Response(JSON.stringify(aStatus()))
        : new Response(JSON.stringify(experiments))
    );
  });

  it('asks the server, and leaves the kernel alone', async () => {
    const model = new FakeModel(aState());
    const close = await show(model);
    expect(screen.getByText('churn')).toBeTruthy();
    expect(model.sent).toEqual([]);
    close();
  });

  it('asks the kernel when the server is connected as somebody else', async () => {
    const state = aState();
    state.connection.fingerprint = 'other';
    const model = new FakeModel(state);
    const close = await show(model);
    expect(asked(model)).toEqual(['experiments']);
    close();
  });
});

describe('with the kernel alone', () => {
  it('shows the first answer at once, without a request', async () => {
    const first = { path: 'experiments', query: {}, body: experiments };
    const model = new FakeModel(aState({ first }));
    const close = await show(model);
    expect(screen.getByText('churn')).toBeTruthy();
    expect(asked(model)).toEqual([]);
    close();
  });

  it('asks the kernel for the rest, and says when it waits', async () => {
    const model = new FakeModel(aState());
    const close = await show(model);
    await pass(PATIENCE);
    expect(screen.getByText(/Waiting for the kernel/)).toBeTruthy();
    model.answerAll(experiments);
    await pass();
    expect(screen.getByText('churn')).toBeTruthy();
    expect(screen.queryByText(/Waiting for the kernel/)).toBeNull();
    close();
  });

  it('ends refreshing when everything is finished', async () => {
    const state = aState({ view: { kind: 'runs', id: '', query: {} } });
    const model = new FakeModel(state);
    const close = await show(model);
    const reply = async (body: unknown) => {
      model.answerAll(body);
      await pass();
    };
    await reply(running);
    await pass(QUICK);
    expect(asked(model)).toHaveLength(2);
    await reply({ ...running, items: [aRun('r1', { state: 'FAILED' })] });
    await pass(KERNEL_CAP / 2);
    expect(asked(model)).toHaveLength(2);
    close();
  });

  it('ends refreshing out of view, and after a while', async () => {
    const first = { path: 'runs', query: {}, body: running };
    const state = aState({ view: { kind: 'runs', id: '', query: {} }, first });
    const model = new FakeModel(state);
    const close = await show(model);
    scroll(false);
    await pass(QUICK * 3);
    expect(asked(model)).toEqual([]);
    scroll(true);
    await pass();
    expect(asked(model)).toEqual(['runs']);

    await pass(KERNEL_CAP);
    await pass();
    model.answerAll(running);
    await pass();
    const sent = asked(model).length;
    await pass(QUICK * 10);
    expect(asked(model)).toHaveLength(sent);
    fireEvent.click(screen.getByText('Go on'));
    await pass(QUICK);
    expect(asked(model).length).toBeGreaterThan(sent);
    close();
  });

  it('shows another view when Python says so', async () => {
    const model = new FakeModel(aState());
    const close = await show(model);
    model.state.view = { kind: 'run', id: 'r7', query: {} };
    act(() => model.emit('change:view'));
    await pass();
    expect(asked(model).at(-1)).toBe('runs/r7');
    close();
  });

  it('leaves nothing behind', async () => {
    const model = new FakeModel(aState());
    const close = await show(model);
    close();
    expect(model.listening).toBe(0);
    const { length } = model.sent;
    await pass(KERNEL_CAP);
    expect(model.sent).toHaveLength(length);
  });

  it("speaks the language of the page's JupyterLab", async () => {
    shareTrans({ ...english, __: text => `«${text}»` });
    try {
      const close = await show(new FakeModel(aState()));
      expect(screen.getByText('«Experiments»')).toBeTruthy();
      close();
    } finally {
      shareTrans(english);
    }
  });
});
