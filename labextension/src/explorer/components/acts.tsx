import * as React from 'react';

import type { ApiError } from '../api/errors';
import type { Run } from '../api/types';
import { useEnvironment, useTrans } from '../model/environment';
import { useHost } from '../model/host';
import type { MenuEntry } from '../model/menu';
import type { View } from '../model/navigation';
import type { Subject } from '../model/subject';
import { idOf, nameOf } from '../model/subject';
import { useWatched } from '../model/queries';
import type { Action } from './actions';
import { namesOf, serverActions } from './actions';
import { menuOf } from './subject-menu';
import { PopupMenu } from './popup-menu';

/** What has come of an action on several things, or of one that was refused. */
export interface Outcome {
  text: string;
  /** Why those that were refused were. */
  error: ApiError | null;
  refused: readonly string[];
  undo?: () => void;
}

/** What is asked before an action. */
export interface Question {
  action: Action;
  text: string;
  subjects: readonly Subject[];
}

/** What can be done to things, for everything inside an `ActsProvider`. */
export interface Acts {
  /** The menu of these things. */
  menuOf: (subjects: readonly Subject[]) => readonly MenuEntry[];
  /** Show that menu; `at` is the element it belongs to, or where the pointer is. */
  openMenu: (
    subjects: readonly Subject[],
    at: HTMLElement | { x: number; y: number }
  ) => void;
  /** Show any menu. */
  popUp: (
    entries: readonly MenuEntry[],
    at: HTMLElement | { x: number; y: number }
  ) => void;
  /** Show something else. */
  open: (view: View) => void;
  /** The actions that fit these things. */
  actionsFor: (subjects: readonly Subject[]) => readonly Action[];
  /** Begin an action; it asks first where that is due. */
  begin: (action: Action, subjects: readonly Subject[]) => void;
  question: Question | null;
  /** Do what was asked about, or not. */
  answer: (yes: boolean) => void;
  outcome: Outcome | null;
  dismiss: () => void;
}

const Context = React.createContext<Acts | null>(null);

/** Milliseconds for which an answered question stays: a second click must not meet what is below. */
const DOUBLE_CLICK = 400;

export function useActs(): Acts {
  const acts = React.useContext(Context);
  if (!acts) {
    throw new Error('There is no ActsProvider around this component.');
  }
  return acts;
}

/** Lets everything inside act on things, ask before, and tell what has come of it. */
export function ActsProvider(props: {
  /** Asked to show something else. */
  onOpen: (view: View) => void;
  /** Asked to show runs beside each other, where the host has no tab for it. */
  onCompare?: (runs: readonly Run[]) => void;
  children: React.ReactNode;
}): JSX.Element {
  const { onOpen, onCompare } = props;
  const trans = useTrans();
  const environment = useEnvironment();
  const { store, announce } = environment;
  const host = useHost();
  const [question, setQuestion] = React.useState<Question | null>(null);
  const [outcome, setOutcome] = React.useState<Outcome | null>(null);
  const [menu, setMenu] = React.useState<OpenMenu | null>(null);
  const back = React.useRef<HTMLElement | null>(null);
  const answered = React.useRef(0);
  const all = React.useMemo(() => serverActions(trans), [trans]);
  const watched = useWatchedIds();

  const close = () => {
    window.clearTimeout(answered.current);
    answered.current = 0;
    setQuestion(null);
    // Where the question came from, or what stands there now.
    requestAnimationFrame(() => back.current?.focus());
  };

  const carryOut = async (action: Action, subjects: readonly Subject[]) => {
    const errors = await Promise.all(
      subjects.map(subject =>
        store.changes.act(idOf(subject), action.patch, () =>
          action.send(store.api, subject).then(() => undefined)
        )
      )
    );
    const refused = subjects.filter((_, index) => errors[index] === false);
    const done = subjects.filter((_, index) => errors[index] === true);
    if (action.watches) {
      done.forEach(it => store.changes.setWatched(idOf(it), true));
    }
    const reverse = all.find(({ id }) => id === action.undo);
    const undo =
      reverse && done.length > 0
        ? () => void carryOut({ ...reverse, undo: undefined }, done)
        : undefined;
    const text = outcomeText(action, subjects, done, trans);
    announce(text);
    if (refused.length === 0 && host.notify) {
      host.notify(text, undo);
    } else if (refused.length > 0 || undo) {
      const error = refused
        .map(it => store.changes.of(idOf(it))?.error)
        .find(it => it);
      refused.forEach(it => store.changes.dismiss(idOf(it)));
      if (answered.current) {
        close(); // What has come of it stands in the same place.
      }
      setOutcome({
        text,
        error: error ?? null,
        refused: refused.map(idOf),
        undo
      });
    }
  };

  const acts: Acts = {
    open: onOpen,
    actionsFor: subjects => all.filter(({ fits }) => subjects.some(fits)),
    begin: (action, subjects) => {
      const fitting = subjects.filter(action.fits);
      const text = action.question?.(namesOf(fitting, trans), fitting);
      setOutcome(null);
      if (text) {
        back.current = document.activeElement as HTMLElement | null;
        setQuestion({ action, text, subjects: fitting });
      } else {
        void carryOut(action, fitting);
      }
    },
    question,
    answer: yes => {
      if (answered.current || !question) {
        return;
      }
      if (yes) {
        answered.current = window.setTimeout(close, DOUBLE_CLICK);
        void carryOut(question.action, question.subjects);
      } else {
        close();
      }
    },
    outcome,
    dismiss: () => setOutcome(null),
    menuOf: subjects =>
      menuOf(subjects, {
        acts,
        environment,
        host,
        watched,
        onOpen,
        onCompare
      }),
    openMenu: (subjects, at) => acts.popUp(acts.menuOf(subjects), at),
    popUp: (entries, at) => {
      const place =
        at instanceof HTMLElement
          ? {
              x: at.getBoundingClientRect().left,
              y: at.getBoundingClientRect().bottom
            }
          : at;
      const focused = document.activeElement as HTMLElement | null;
      if (host.openMenu) {
        host.openMenu(entries, place, focused);
      } else {
        setMenu({ entries, at: place, back: focused });
      }
    }
  };
  return (
    <Context.Provider value={acts}>
      {props.children}
      {menu && (
        <PopupMenu
          entries={menu.entries}
          at={menu.at}
          onClose={() => {
            setMenu(null);
            menu.back?.focus();
          }}
        />
      )}
    </Context.Provider>
  );
}

interface OpenMenu {
  entries: readonly MenuEntry[];
  at: { x: number; y: number };
  back: HTMLElement | null;
}

/** "Archived train." or "2 archived, 1 refused". */
function outcomeText(
  action: Action,
  all: readonly Subject[],
  done: readonly Subject[],
  trans: ReturnType<typeof useTrans>
): string {
  const [first] = all;
  const refused = all.length - done.length;
  if (all.length === 1 && first) {
    return refused
      ? trans.__('%1: %2 was refused.', nameOf(first), action.label)
      : action.done(nameOf(first));
  }
  const told = [
    done.length > 0 && action.doneToMany(done.length),
    refused > 0 && trans._n('%1 refused', '%1 refused', refused)
  ].filter(Boolean);
  return told.join(', ');
}

/** Whether the server tells of a run's end, as far as it is known on this page. */
function useWatchedIds(): (id: string) => boolean {
  const { store } = useEnvironment();
  const { notifies } = useHost();
  const { data } = useWatched(Boolean(notifies));
  const { changes } = store;
  return id => changes.watched(id) ?? data?.run_ids.includes(id) ?? false;
}
