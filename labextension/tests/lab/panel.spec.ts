import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { waitFor } from '@testing-library/react';
import * as React from 'react';
import { afterEach, expect, it, vi } from 'vitest';

import { english } from '../../src/explorer/model/i18n';
import { ExplorerPanel } from '../../src/lab/panel';

let panel: ExplorerPanel;

function make(load?: () => Promise<never>) {
  const view = vi.fn((visible: boolean) =>
    React.createElement('p', null, String(visible))
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
  await waitFor(() => expect(last()).toBe(true));
  panel.hide();
  panel.show();
  MessageLoop.flush();
  expect(loadView).toHaveBeenCalledTimes(1);
});

it('tells its content whether it can be seen', async () => {
  const { last } = make();
  Widget.attach(panel, document.body);
  await waitFor(() => expect(last()).toBeDefined());
  panel.hide();
  await waitFor(() => expect(last()).toBe(false));
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
