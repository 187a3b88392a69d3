import '../../style/explorer.css';

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Poll } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import * as React from 'react';

import { pageChanges } from '../explorer/actions/hooks';
import { HttpPipelinesApi } from '../explorer/api/rest';
import type { Status } from '../explorer/api/types';
import { Icon } from '../explorer/components/icons';
import type { Trans } from '../explorer/model/i18n';
import { numberText } from '../explorer/model/i18n';
import type { Preferences } from './preferences';
import { serverTransport } from './transport';

/** What the item knows. */
interface Known {
  status?: Status;
  /** Runs that are not finished. */
  inProgress: number;
  /** Why nothing newer is known. */
  problem: string;
}

/** How many times less often to look than the panel does. */
const SLOWER = 6;

/** The longest pause after failures (milliseconds). */
const LONGEST = 300_000;

/** Connection, namespace and runs in progress; a click opens the panel. */
export class StatusItem extends ReactWidget {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly preferences: Preferences,
    private readonly trans: Trans
  ) {
    super();
    this.api = new HttpPipelinesApi(
      serverTransport(app.serviceManager.serverSettings)
    );
    this.poll = new Poll({
      name: 'jupyter-kfp-auth:status',
      factory: () => this.look(),
      frequency: { interval: this.interval, backoff: true, max: LONGEST },
      standby: () => document.hidden || !this.active
    });
    preferences.changed.connect(this.onPreferences, this);
    this.unfollow = pageChanges.follow(() => void this.poll.refresh());
  }

  /** The user wants it, or no longer. */
  get activeChanged(): ISignal<this, void> {
    return this.activity;
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.unfollow();
    this.poll.dispose();
    Signal.clearData(this);
    super.dispose();
  }

  protected render(): JSX.Element {
    const { status, inProgress, problem } = this.known;
    const { trans } = this;
    const ok = status?.ok === true && !problem;
    const namespace =
      this.preferences.choices.namespace ||
      status?.settings.namespace.value ||
      trans.__('Pipelines');
    const running = ok
      ? trans._n('%1 run in progress', '%1 runs in progress', inProgress)
      : problem || status?.error?.message || trans.__('Connecting…');
    const label = trans.__('Kubeflow Pipelines, %1: %2', namespace, running);
    return (
      <button
        type="button"
        className="jp-kfp-Status"
        aria-label={label}
        title={label}
        onClick={() => void this.app.commands.execute('kfp:open-explorer')}
      >
        <Icon
          name={ok ? 'succeeded' : status || problem ? 'failed' : 'pending'}
        />
        <span>{namespace}</span>
        {ok && inProgress > 0 && (
          <>
            <Icon name="running" />
            <span>{numberText(inProgress, trans)}</span>
          </>
        )}
      </button>
    );
  }

  private async look(): Promise<void> {
    const namespace = this.preferences.choices.namespace || undefined;
    const count = async (state: string) => {
      const query = { namespace, state, page_size: 1 };
      return (await this.api.runs(query, { poll: true })).data.total_size;
    };
    try {
      const { data: status } = await this.api.status({ poll: true });
      this.learn({ status, problem: '' });
      if (status.ok) {
        const counts = ['RUNNING', 'PENDING', 'CANCELING'].map(count);
        const inProgress = (await Promise.all(counts)).reduce((a, b) => a + b);
        this.learn({ inProgress });
      }
    } catch (error) {
      this.learn({ problem: String((error as Error).message) });
      throw error; // The poll waits longer.
    }
  }

  private learn(known: Partial<Known>): void {
    this.known = { ...this.known, ...known };
    this.update();
  }

  private get active(): boolean {
    return this.preferences.choices.statusBar !== 'never';
  }

  private get interval(): number {
    return this.preferences.choices.refreshInterval * 1000 * SLOWER;
  }

  private onPreferences(): void {
    const { namespace } = this.preferences.choices;
    const { interval } = this;
    if (this.poll.frequency.interval !== interval) {
      this.poll.frequency = { ...this.poll.frequency, interval };
    }
    if (this.asked !== namespace) {
      this.asked = namespace;
      void this.poll.refresh();
    }
    this.activity.emit();
    this.update();
  }

  private known: Known = { inProgress: 0, problem: '' };
  private asked = this.preferences.choices.namespace;
  private readonly api: HttpPipelinesApi;
  private readonly poll: Poll;
  private readonly unfollow: () => void;
  private readonly activity = new Signal<this, void>(this);
}
