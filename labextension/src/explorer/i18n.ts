/** The part of JupyterLab's `TranslationBundle` that the explorer uses. */
export interface Trans {
  __(msgid: string, ...args: unknown[]): string;
  _n(singular: string, plural: string, n: number, ...args: unknown[]): string;
}

/** English, where there is no translator. */
export const english: Trans = {
  __: fill,
  _n: (singular, plural, n, ...args) =>
    fill(n === 1 ? singular : plural, n, ...args)
};

function fill(text: string, ...args: unknown[]): string {
  return text.replace(/%(\d)/g, (whole, digit: string) =>
    Number(digit) <= args.length ? String(args[Number(digit) - 1]) : whole
  );
}
