import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import type { Trans } from '../explorer/model/i18n';
import type { View as ExplorerView } from '../explorer/model/navigation';
import { pipelinesIcon } from './icon';

/** The user's settings; `schema/explorer.json` describes them. */
export interface ExplorerSettings {
  /** Seconds. */
  refreshInterval: number;
  pageSize: number;
  uiUrl: string;
}

/** What the panel's content is rendered from. */
export interface PanelState {
  settings: ExplorerSettings;
  visible: boolean;
  /** Increases when the user asks for a refresh. */
  refreshes: number;
  /** What was last asked to be shown; `times` increases. */
  wanted?: { view: ExplorerView; times: number };
}

export type View = (state: PanelState) => React.ReactElement;

/** A widget whose content is another script, which is fetched when it is first shown. */
export class LazyView extends ReactWidget {
  constructor(
    private readonly loadView: () => Promise<View>,
    private readonly trans: Trans
  ) {
    super();
    this.title.icon = pipelinesIcon;
  }

  /** Take the user's settings. */
  configure(settings: ExplorerSettings): void {
    this.change({ settings });
  }

  /** Ask Pipelines now. */
  refresh(): void {
    this.change({ refreshes: this.state.refreshes + 1 });
  }

  /** Go to a view. */
  goTo(view: ExplorerView): void {
    const times = (this.state.wanted?.times ?? 0) + 1;
    this.change({ wanted: { view, times } });
  }

  protected render(): React.ReactElement | null {
    if (this.failed) {
      return React.createElement(
        'p',
        null,
        this.trans.__('This view could not be loaded. Reload this page.')
      );
    }
    return this.view?.(this.state) ?? null;
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.onVisibility(this.isVisible);
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.onVisibility(this.isVisible);
  }

  protected override onBeforeHide(message: Message): void {
    super.onBeforeHide(message);
    this.onVisibility(false);
  }

  private onVisibility(visible: boolean): void {
    this.change({ visible });
    if (visible && !this.loading) {
      this.loading = true;
      void this.load();
    }
  }

  private async load(): Promise<void> {
    try {
      this.view = await this.loadView();
    } catch (error) {
      console.error('A view of Kubeflow Pipelines could not be loaded.', error);
      this.failed = true;
    }
    this.update();
  }

  private change(state: Partial<PanelState>): void {
    this.state = { ...this.state, ...state };
    this.update();
  }

  private state: PanelState = {
    settings: { refreshInterval: 10, pageSize: 50, uiUrl: '' },
    visible: false,
    refreshes: 0
  };
  private view: View | null = null;
  private loading = false;
  private failed = false;
}

/** The side panel. */
export class ExplorerPanel extends LazyView {
  constructor(loadView: () => Promise<View>, trans: Trans) {
    super(loadView, trans);
    this.id = 'jupyter-kfp-auth-explorer';
    this.title.caption = trans.__('Kubeflow Pipelines');
    this.addClass('jp-kfp-Panel');
  }
}
