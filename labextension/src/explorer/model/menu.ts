/** One entry of a menu, whichever way it is shown. */
export interface MenuItem {
  /** A stable name, such as `terminate`. */
  id: string;
  label: string;
  /** The name of its icon. */
  icon?: string;
  /** The key that does the same while a row has the focus, as it is shown. */
  keys?: string;
  /** Shown grey where it is false. */
  enabled?: boolean;
  /** Does it; absent for an entry that opens another menu. */
  run?: () => void;
  items?: readonly MenuItem[];
}

/** An entry, or a line between entries. */
export type MenuEntry = MenuItem | 'separator';
