/** Sizes (pixels); `style/run.css` relies on them. */
export const SIZE = {
  width: 208,
  height: 46,
  /** A node with a line more. */
  tall: 64,
  /** The title of an open group, and with a line more. */
  title: 38,
  tallTitle: 58,
  padding: 16,
  /** The least width of an open group. */
  group: 244,
  /** The same for a loop, with its rounds to choose from. */
  loop: 372,
  /** Graphs that do not hang together are put beside each other up to here. */
  line: 760,
  gap: 24,
  rank: 40
} as const;
