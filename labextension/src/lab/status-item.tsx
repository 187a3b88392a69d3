import '../../style/explorer.css';

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import * as React from 'react';

import type { Store } from '../explorer/model/store';
import type { Trans } from '../explorer/model/i18n';
import type { Preferences } from './preferences';
import { StatusView } from './status-view';

/** Connection, namespace and runs in progress; a click opens the panel. */
export class StatusItem extends ReactWidget {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly preferences: Preferences,
    private readonly store: Store,
    private readonly trans: Trans
  ) {
    super();
    preferences.changed.connect(() => this.activity.emit(), this);
  }

  /** The user wants it, or no longer. */
  get activeChanged(): ISignal<this, void> {
    return this.activity;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      Signal.clearData(this);
      super.dispose();
    }
  }

  protected render(): JSX.Element {
    return (
      <StatusView
        app={this.app}
        preferences={this.preferences}
        store={this.store}
        trans={this.trans}
      />
    );
  }

  private readonly activity = new Signal<this, void>(this);
}
