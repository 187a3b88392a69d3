/** The part of JupyterLab's `TranslationBundle` that the explorer uses. */
export interface Trans {
  __(msgid: string, ...args: unknown[]): string;
  _n(singular: string, plural: string, n: number, ...args: unknown[]): string;
  /** As `_n`, for words that another place says of something else. */
  _np(
    context: string,
    singular: string,
    plural: string,
    n: number,
    ...args: unknown[]
  ): string;
  /** The language, such as `zh-CN`; bundles that only hold English have none. */
  getLocale?(): string;
}

/** The reader's language as `Intl` takes it; that of the page where there is no other. */
export function localeOf(trans: Trans): string | undefined {
  const wanted = trans.getLocale?.() || document.documentElement.lang;
  try {
    return Intl.getCanonicalLocales(wanted.replace('_', '-'))[0];
  } catch {
    return undefined;
  }
}

/** A whole number as the reader writes it: 10,000. */
export function numberText(value: number, trans: Trans): string {
  return value.toLocaleString(localeOf(trans));
}

/** English, where there is no translator. */
export const english: Trans = {
  __: fill,
  _n: fillPlural,
  _np: (_, ...rest) => fillPlural(...rest)
};

function fillPlural(
  singular: string,
  plural: string,
  n: number,
  ...args: unknown[]
): string {
  return fill(n === 1 ? singular : plural, n, ...args);
}

function fill(text: string, ...args: unknown[]): string {
  return text.replace(/%(\d)/g, (whole, digit: string) =>
    Number(digit) <= args.length ? String(args[Number(digit) - 1]) : whole
  );
}

/** A number of bytes as the reader writes it: 18 KB, 1.2 MB. */
export function sizeText(bytes: number, trans: Trans): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  const power = Math.min(
    units.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  );
  const value = bytes / 1000 ** power;
  return new Intl.NumberFormat(localeOf(trans), {
    style: 'unit',
    unit: units[power],
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && power > 0 ? 1 : 0
  }).format(value);
}
