import { LabIcon } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

import type { IconName } from '../explorer/components/icons';
import { iconSvg } from '../explorer/components/icons';
import type { MenuEntry } from '../explorer/model/menu';
import { NO_ARGUMENTS } from './commands';

/** Show a menu as JupyterLab shows its own; `back` gets the focus when it has closed. */
export function openMenu(
  entries: readonly MenuEntry[],
  at: { x: number; y: number },
  back: HTMLElement | null
): void {
  const menu = makeMenu(entries, new CommandRegistry());
  menu.aboutToClose.connect(() =>
    requestAnimationFrame(() => {
      const { activeElement } = document;
      // What was chosen may have taken the focus already.
      if (!activeElement || activeElement === document.body) {
        back?.focus();
      }
      menu.dispose();
    })
  );
  menu.open(at.x, at.y);
}

function makeMenu(
  entries: readonly MenuEntry[],
  commands: CommandRegistry
): Menu {
  const menu = new Menu({ commands });
  for (const entry of entries) {
    if (entry === 'separator') {
      menu.addItem({ type: 'separator' });
      continue;
    }
    const icon = entry.icon ? iconOf(entry.icon as IconName) : undefined;
    if (entry.items) {
      const submenu = makeMenu(entry.items, commands);
      submenu.title.label = entry.label;
      submenu.title.icon = icon;
      menu.addItem({ type: 'submenu', submenu });
      continue;
    }
    commands.addCommand(entry.id, {
      label: entry.label,
      describedBy: NO_ARGUMENTS,
      icon,
      isEnabled: () => entry.enabled !== false,
      execute: () => entry.run?.()
    });
    if (entry.keys) {
      // Shown beside the label; nothing listens to this registry.
      commands.addKeyBinding({
        command: entry.id,
        keys: [entry.keys],
        selector: 'body'
      });
    }
    menu.addItem({ command: entry.id });
  }
  return menu;
}

function iconOf(name: IconName): LabIcon {
  return new LabIcon({
    name: `jupyter-kfp-auth:menu-${name}`,
    svgstr: iconSvg(name, 'var(--jp-ui-font-color1)')
  });
}
