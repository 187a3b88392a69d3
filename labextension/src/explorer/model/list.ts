import type { Answer, FetchPage, ListQuery, RequestOptions } from '../api/api';
import type { Page } from '../api/types';

/** As much of a list as was asked for so far. */
export interface ListData<T> {
  items: readonly T[];
  /** How many there are in all. */
  total: number;
  /** Where the next page begins; empty when everything is here. */
  next: string;
}

/** Pipelines gives at most this many rows at once. */
const LARGEST_PAGE = 200;

/** Ask for the next page of a list, or for all of what is shown of it again. */
export async function loadList<T>(
  fetch: FetchPage<T>,
  query: ListQuery,
  options: RequestOptions,
  previous: ListData<T> | undefined,
  more: boolean,
  pageSize: number,
  idOf: (item: T) => string
): Promise<Answer<ListData<T>>> {
  if (more) {
    const next = { page_size: pageSize, page_token: previous?.next };
    const { data, at } = await fetch({ ...query, ...next }, options);
    return { data: extended(previous, data, idOf), at };
  }
  const size = depth(previous?.items.length ?? 0, pageSize);
  const { data, at } = await fetch({ ...query, page_size: size }, options);
  return { data: refreshed(previous, data, idOf), at };
}

/** The list as a page shows it. */
export function listOf<T>(page: Page<T>): ListData<T> {
  return {
    items: page.items,
    total: Math.max(page.total_size, page.items.length),
    next: page.next_page_token
  };
}

/** How many rows to ask for to keep `shown` rows, in whole pages. */
function depth(shown: number, pageSize: number): number {
  const pages = Math.max(1, Math.ceil(shown / pageSize));
  return Math.min(pages * pageSize, LARGEST_PAGE);
}

/** `previous` with its first rows replaced by `page`; the rows below stay. */
function refreshed<T>(
  previous: ListData<T> | undefined,
  page: Page<T>,
  idOf: (item: T) => string
): ListData<T> {
  const fresh = listOf(page);
  const last = fresh.items[fresh.items.length - 1];
  if (
    !previous ||
    !last ||
    !fresh.next ||
    previous.items.length <= fresh.items.length
  ) {
    return fresh;
  }
  const border = previous.items.findIndex(item => idOf(item) === idOf(last));
  if (border < 0) {
    return fresh;
  }
  const rest = { ...fresh, items: previous.items.slice(border + 1) };
  return { ...joined(fresh.items, rest, idOf), next: previous.next };
}

/** `previous` with the rows of `page` after its own, each row once. */
function extended<T>(
  previous: ListData<T> | undefined,
  page: Page<T>,
  idOf: (item: T) => string
): ListData<T> {
  return joined(previous?.items ?? [], listOf(page), idOf);
}

function joined<T>(
  first: readonly T[],
  second: ListData<T>,
  idOf: (item: T) => string
): ListData<T> {
  const known = new Set(first.map(idOf));
  const items = [
    ...first,
    ...second.items.filter(item => !known.has(idOf(item)))
  ];
  return { ...second, items, total: Math.max(second.total, items.length) };
}
