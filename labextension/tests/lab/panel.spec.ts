import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { waitFor } from '@testing-library/react';
import * as React from 'react';
import { afterEach, expect, it, vi } from 'vitest';

import { english } from '../../src/explorer/model/i18n';
import type { PanelState } from '../../src/lab/panel';
import { ExplorerPanel } from '../../src/lab/panel';

const settings = { refreshInterval: 30, pageSize: 20, uiUrl: '' };

let panel: ExplorerPanel;

function make(load?: () => Promise<never>) {
  const view = vi.fn((state: PanelState) =>
    React.createElement('p', null, JSON.stringify(state))
  );
  const loadView = vi.fn(load ?? (async () => view));
  panel = new ExplorerPanel(loadView, english);
  const last = () => view.mock.lastCall?.[0];
  return { loadView, last };
}

afterEach(() => panel.dispose());

it('fetches its content when it is first shown, and only once', async () => {
  const { loadView, last } = make();
  panel.hide();
  Widget.attach(panel, document.body);
  expect(loadView).not.toHaveBeenCalled();
  panel.show();
  await waitFor(() => expect(last()?.visible).toBe(true));
  panel.hide();
  panel.show();
  MessageLoop.flush();
  expect(loadView).toHaveBeenCalledTimes(1);
});

it('tells its content what changes', async () => {
  const { last } = make();
  Widget.attach(panel, document.body);
  await waitFor(() => expect(last()).toBeDefined());
  panel.configure(settings);
  panel.refresh();
  panel.hide();
  await waitFor(() =>
    expect(last()).toEqual({ settings, visible: false, refreshes: 1 })
  );
});

it('says so when its content cannot be fetched', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  make(() => Promise.reject(new Error('gone')));
  Widget.attach(panel, document.body);
  await waitFor(() =>
    expect(panel.node.textContent).toContain('could not be loaded')
  );
  expect(log).toHaveBeenCalledOnce();
});
