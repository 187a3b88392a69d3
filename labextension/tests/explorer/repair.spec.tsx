import {
  act,
  cleanup,
  fireEvent,
  render,
  screen
} from '@testing-library/react';
import * as React from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { ApiError } from '../../src/explorer/api/errors';
import { Repair } from '../../src/explorer/components/repair';
import type { Environment } from '../../src/explorer/model/environment';
import { EnvironmentProvider } from '../../src/explorer/model/environment';
import { english } from '../../src/explorer/model/i18n';
import { FakeApi, anOutcome, aPlan, aSource } from '../fake';

afterEach(cleanup);

function show(api: FakeApi, cause = 'token-missing') {
  const onRepaired = vi.fn();
  const environment: Partial<Environment> = {
    ...aSource(api),
    trans: english
  };
  render(
    <EnvironmentProvider value={environment as Environment}>
      <Repair cause={cause} onRepaired={onRepaired} />
    </EnvironmentProvider>
  );
  return onRepaired;
}

const click = (name: string) =>
  act(async () => {
    fireEvent.click(screen.getByRole('button', { name }));
  });

describe('the repair', () => {
  it('is offered only where another token would help', () => {
    show(new FakeApi(), 'istio-denied');
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('changes nothing before a yes, and then exactly what was shown', async () => {
    const api = new FakeApi();
    api.world.plan = aPlan({ change: 'kind: TokenRequest' });
    const onRepaired = show(api);
    await click('See what can be repaired');
    expect(screen.getByText('kind: TokenRequest')).toBeTruthy();
    expect(api.repairs).toEqual([]);
    await click('Do this');
    expect(api.repairs).toEqual([api.world.plan.key]);
    expect(onRepaired).toHaveBeenCalledTimes(1);
    expect(screen.getByRole('status').textContent).toContain('was minted');
  });

  it('can be declined', async () => {
    const api = new FakeApi();
    show(api);
    await click('See what can be repaired');
    await click('Cancel');
    expect(api.repairs).toEqual([]);
    expect(screen.getByRole('button').textContent).toContain('See what');
  });

  it('says that the server restarts, and does not look for data then', async () => {
    const api = new FakeApi();
    api.world.plan = aPlan({ remedy: 'mount', restart: true });
    api.world.outcome = anOutcome({ restart: true, next_step: 'Wait.' });
    const onRepaired = show(api);
    await click('See what can be repaired');
    expect(screen.getByText('The notebook server restarts.')).toBeTruthy();
    await click('Do this');
    expect(onRepaired).not.toHaveBeenCalled();
  });

  it('gives the letter to the administrator where nothing else is allowed', async () => {
    const api = new FakeApi();
    api.world.plan = aPlan({
      remedy: 'ask',
      letter: 'Dear administrator',
      reasons: ['You may not create tokens.']
    });
    show(api);
    await click('See what can be repaired');
    expect(screen.getByText('Dear administrator')).toBeTruthy();
    expect(screen.getByText('You may not create tokens.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Do this' })).toBeNull();
    expect(screen.getByRole('button', { name: 'Copy' })).toBeTruthy();
  });

  it('says what went wrong', async () => {
    const api = new FakeApi();
    api.repairPlan = () =>
      Promise.reject(
        new ApiError('kubernetes-away', { message: 'No answer.', status: 502 })
      );
    show(api);
    await click('See what can be repaired');
    expect(screen.getByRole('alert').textContent).toContain('No answer.');
  });
});
