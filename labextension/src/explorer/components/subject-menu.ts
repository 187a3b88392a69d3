import type { Run } from '../api/types';
import { dataFrameOf, debugOf, magicOf, pythonOf } from '../model/code';
import { copyText } from '../model/clipboard';
import type { Environment } from '../model/environment';
import type { Host } from '../model/host';
import { pageUrl } from '../model/links';
import type { MenuEntry, MenuItem } from '../model/menu';
import type { View } from '../model/navigation';
import { cloneOf, viewOf } from '../model/navigation';
import { isFinished, statusOf } from '../model/states';
import type { Subject } from '../model/subject';
import { idOf, nameOf, targetOf } from '../model/subject';
import type { Acts } from './acts';

/** What the menu of things is made of. */
export interface MenuContext {
  acts: Pick<Acts, 'actionsFor' | 'begin'>;
  environment: Environment;
  host: Host;
  /** Whether the server tells of a run's end. */
  watched: (id: string) => boolean;
  onOpen: (view: View) => void;
  onCompare?: (runs: readonly Run[]) => void;
}

/** The most runs that stand beside each other. */
export const MOST_COMPARED = 20;

/** All that can be done to these things, the same wherever they are shown. */
export function menuOf(
  subjects: readonly Subject[],
  context: MenuContext
): MenuEntry[] {
  return joined([
    opening(subjects, context),
    acting(subjects, context),
    watching(subjects, context),
    taking(subjects, context)
  ]);
}

function opening(
  subjects: readonly Subject[],
  { environment, host, onOpen, onCompare }: MenuContext
): MenuItem[] {
  const { trans, links } = environment;
  const runs = subjects.flatMap(it => (it.kind === 'run' ? [it.item] : []));
  const [subject] = subjects;
  if (subjects.length !== 1 || !subject) {
    const compare = () =>
      host.openComparison
        ? host.openComparison(runs.map(({ run_id }) => run_id))
        : onCompare?.(runs);
    return runs.length > 1
      ? [
          {
            id: 'compare',
            label: trans.__('Compare'),
            icon: 'compare',
            enabled: runs.length <= MOST_COMPARED,
            run: () => void compare()
          }
        ]
      : [];
  }
  const items: (MenuItem | false)[] = [
    !host.inTab && {
      id: 'open',
      label: trans.__('Open'),
      icon: 'document',
      keys: 'Enter',
      run: () => onOpen(viewOf(subject))
    },
    subject.kind === 'run' &&
      host.openRun !== undefined &&
      !host.inTab && {
        id: 'open-tab',
        label: trans.__('Open in Tab'),
        icon: 'window',
        keys: 'Ctrl Enter',
        run: () => host.openRun?.(subject.item)
      },
    {
      id: 'open-ui',
      label: trans.__('Open in Pipelines UI'),
      icon: 'link',
      run: () =>
        void window.open(
          pageUrl(links, targetOf(subject)),
          '_blank',
          'noopener,noreferrer'
        )
    },
    subject.kind === 'recurring-run' && {
      id: 'show-runs',
      label: trans.__('Show Runs'),
      icon: 'runs',
      run: () => onOpen(viewOf(subject))
    }
  ];
  return present(items);
}

function acting(
  subjects: readonly Subject[],
  { acts, environment, onOpen }: MenuContext
): MenuItem[] {
  const { trans } = environment;
  const [subject] = subjects;
  const items = acts.actionsFor(subjects).map<MenuItem>(action => {
    const fitting = subjects.filter(action.fits).length;
    return {
      id: action.id,
      label:
        subjects.length > 1
          ? trans.__('%1 (%2 of %3)', action.label, fitting, subjects.length)
          : action.label,
      icon: action.icon,
      keys: action.key,
      run: () => acts.begin(action, subjects)
    };
  });
  if (subjects.length === 1 && subject?.kind === 'run') {
    const clone: MenuItem = {
      id: 'clone',
      label: trans.__('Clone…'),
      icon: 'clone',
      run: () => onOpen(cloneOf(subject.item))
    };
    const first = items.findIndex(
      ({ id }) => id === 'archive' || id === 'restore'
    );
    items.splice(first < 0 ? items.length : first, 0, clone);
  }
  return items;
}

function watching(
  subjects: readonly Subject[],
  { environment, host, watched }: MenuContext
): MenuItem[] {
  const { trans, store } = environment;
  const [subject] = subjects;
  if (
    !host.notifies ||
    subjects.length !== 1 ||
    subject?.kind !== 'run' ||
    isFinished(subject.item)
  ) {
    return [];
  }
  const id = idOf(subject);
  const on = watched(id);
  return [
    {
      id: 'watch',
      label: on ? trans.__('Stop Watching') : trans.__('Watch'),
      icon: 'bell',
      run: () =>
        void store.api.actOnRun(id, on ? 'unwatch' : 'watch').then(
          () => store.changes.setWatched(id, !on),
          () => undefined // It stays as it is.
        )
    }
  ];
}

function taking(
  subjects: readonly Subject[],
  { environment, host }: MenuContext
): MenuItem[] {
  const { trans, links } = environment;
  const [subject] = subjects;
  const { insertCell } = host;
  const insert = (id: string, label: string, code: string) =>
    code !== '' && { id, label, icon: 'code', run: () => insertCell?.(code) };
  const copy = (id: string, label: string, text: string, keys?: string) =>
    text !== '' && {
      id,
      label,
      keys,
      icon: 'copy',
      run: () => void copyText(text).catch(() => undefined)
    };
  const each = (text: (subject: Subject) => string) =>
    subjects.map(text).filter(Boolean).join('\n');
  const failed = subjects.every(
    it => it.kind === 'run' && statusOf(it.item) === 'failed'
  );
  const codes = present([
    insert('insert-python', trans.__('Python Object'), pythonOf(subjects)),
    insert('insert-table', trans.__('DataFrame'), dataFrameOf(subjects)),
    subjects.length === 1 &&
      subject !== undefined &&
      insert('insert-magic', trans.__('%kfp Line'), magicOf(subject))
  ]);
  const copies = present([
    copy('copy-name', trans.__('Name'), each(nameOf), 'Ctrl C'),
    copy('copy-id', trans.__('ID'), each(idOf)),
    copy(
      'copy-link',
      trans.__('Link'),
      each(it =>
        it.kind === 'run' && host.linkTo
          ? host.linkTo(it.item)
          : pageUrl(links, targetOf(it))
      )
    ),
    copy('copy-error', trans.__('Error'), each(errorOf))
  ]);
  return present([
    failed &&
      subjects.length === 1 &&
      insertCell !== undefined &&
      subject !== undefined && {
        id: 'debug',
        label: trans.__('Debug in Notebook'),
        icon: 'bug',
        run: () => insertCell(debugOf(idOf(subject)))
      },
    insertCell !== undefined &&
      codes.length > 0 && {
        id: 'insert',
        label: trans.__('Insert Code'),
        icon: 'code',
        items: codes
      },
    { id: 'copy', label: trans.__('Copy'), icon: 'copy', items: copies }
  ]);
}

function errorOf({ item }: Subject): string {
  return 'error' in item ? item.error : '';
}

function present(items: readonly (MenuItem | false)[]): MenuItem[] {
  return items.filter(item => item !== false);
}

/** Groups of entries with lines between them. */
function joined(groups: readonly (readonly MenuItem[])[]): MenuEntry[] {
  return groups
    .filter(group => group.length > 0)
    .flatMap<MenuEntry>((group, index) =>
      index > 0 ? ['separator', ...group] : [...group]
    );
}
