/** A piece of text, and where it leads when it is an address. */
export interface Linked {
  text: string;
  href?: string;
}

const ADDRESS = /https?:\/\/[^\s"'<>`\\]+/g;

/** Closing marks that belong to the sentence around an address. */
const AROUND = /[.,;:!?)\]}*]+$/;

/** Text with its http(s) addresses apart. */
export function withLinks(text: string): Linked[] {
  const parts: Linked[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const href = found.replace(AROUND, '');
    if (!URL.canParse(href)) {
      continue;
    }
    if (index > from) {
      parts.push({ text: text.slice(from, index) });
    }
    parts.push({ text: href, href });
    from = index + href.length;
  }
  if (from < text.length) {
    parts.push({ text: text.slice(from) });
  }
  return parts;
}
