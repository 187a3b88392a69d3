/** Whose log it is: which attempt of a task, and which container of its pod. */
export interface LogPlace {
  /** The last one where it is left out. */
  attempt?: number;
  container?: string;
}

/** A piece of a log, as `runs/<id>/tasks/<id>/logs` answers. */
export interface LogChunk {
  task_id: string;
  task: string;
  attempt: number;
  attempts: number;
  container: string;
  containers: readonly string[];
  /** Where it comes from; empty where there is none. */
  source: string;
  text: string;
  /** Where the text begins, and where it ends (bytes). */
  offset: number;
  next_offset: number;
  /** Of the whole log as far as it is known (bytes). */
  size: number | null;
  /** Whether nothing more will come. */
  ended: boolean;
  /** Why there is nothing, and what to do about it. */
  reason: { code: string; message: string; next_step: string } | null;
}

/** The lines that a search found in the whole log. */
export interface LogMatches {
  matches: readonly { offset: number; line: string }[];
  /** How many there are; more than are listed, maybe. */
  total: number;
}

export interface LogSearch {
  text: string;
  /** Whether the text is a regular expression. */
  regex: boolean;
  /** Whether capital letters matter. */
  matchCase: boolean;
}
