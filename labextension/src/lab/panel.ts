import { ReactWidget } from '@jupyterlab/ui-components';
import { PromiseDelegate } from '@lumino/coreutils';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import type { Trans } from '../explorer/model/i18n';
import { pipelinesIcon } from './icon';

/** What a widget shows, given whether anybody can see it. */
export type View = (visible: boolean) => React.ReactElement;

/** A widget whose content is another script, which is fetched when it is first shown. */
export class LazyView extends ReactWidget {
  constructor(
    private readonly loadView: () => Promise<View>,
    private readonly trans: Trans
  ) {
    super();
    this.title.icon = pipelinesIcon;
  }

  protected render(): React.ReactElement | null {
    if (this.failed) {
      return React.createElement(
        'p',
        null,
        this.trans.__('This view could not be loaded. Reload this page.')
      );
    }
    return this.view?.(this.shown) ?? null;
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
    this.shown = visible;
    this.update();
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
    void this.renderPromise?.then(() => this.rendered.resolve());
  }

  /** Resolves when the content has been rendered once. */
  protected get ready(): Promise<void> {
    return this.rendered.promise;
  }

  private readonly rendered = new PromiseDelegate<void>();
  private shown = false;
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
    // What takes the focus when JupyterLab gives it to the panel.
    this.node.tabIndex = -1;
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    void this.ready.then(() => this.takeFocus());
  }

  /** Put the focus on the current row, or on the search where there is none. */
  private takeFocus(): void {
    const { node } = this;
    const row = node.querySelector<HTMLElement>('[role="row"][tabindex="0"]');
    (row ?? node.querySelector('input') ?? node).focus();
  }
}
