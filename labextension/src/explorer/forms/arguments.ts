import type { RunParameter } from '../api/types';
import type { Trans } from '../model/i18n';

/** What a field holds: text, or for a yes or no, whether it is ticked. */
export type Typed = string | boolean;

/** What becomes of a field: the value to send, if it changes anything, or what is wrong. */
export type Read =
  | { is: 'kept' }
  | { is: 'value'; value: unknown }
  | { is: 'wrong'; why: string };

/** How a parameter is typed in. */
export type FieldKind = 'tick' | 'choice' | 'json' | 'number' | 'text';

export function fieldKind({ type, choices }: RunParameter): FieldKind {
  if (choices.length > 0) {
    return 'choice';
  }
  switch (type) {
    case 'BOOLEAN':
      return 'tick';
    case 'LIST':
    case 'STRUCT':
      return 'json';
    case 'NUMBER_INTEGER':
    case 'NUMBER_DOUBLE':
      return 'number';
    default:
      return 'text';
  }
}

/** JSON up to this length stands in one line (characters). */
const LINE = 60;

/** What a field holds at first: what the run was given, or else the default. */
export function typedOf(parameter: RunParameter): Typed {
  return typed(parameter, parameter.value ?? parameter.default);
}

/** The default as the field shows it; undefined where there is none. */
export function typedDefault(parameter: RunParameter): Typed | undefined {
  const { default: usual } = parameter;
  return usual === null || usual === undefined
    ? undefined
    : typed(parameter, usual);
}

function typed(parameter: RunParameter, value: unknown): Typed {
  const kind = fieldKind(parameter);
  if (kind === 'tick') {
    return value === true || value === 'true' || value === 'True';
  }
  if (value === null || value === undefined) {
    return '';
  }
  if (typeof value === 'string' && kind !== 'json') {
    return value;
  }
  const line = JSON.stringify(value);
  return kind === 'json' && line.length > LINE
    ? JSON.stringify(value, null, 2)
    : line;
}

/** The value to send for what was typed. */
export function readTyped(
  parameter: RunParameter,
  input: Typed,
  trans: Trans
): Read {
  if (input === typedOf(parameter)) {
    const missing = parameter.required && parameter.value === null;
    return missing && input === ''
      ? wrong(trans.__('This needs a value.'))
      : { is: 'kept' };
  }
  if (input === typedDefault(parameter)) {
    return { is: 'value', value: null };
  }
  if (typeof input === 'boolean') {
    return { is: 'value', value: input };
  }
  const kind = fieldKind(parameter);
  if (kind === 'choice') {
    const found = parameter.choices.find(it => typed(parameter, it) === input);
    return { is: 'value', value: found ?? null };
  }
  if (kind === 'text') {
    return { is: 'value', value: input };
  }
  if (input.trim() === '') {
    return parameter.required
      ? wrong(trans.__('This needs a value.'))
      : { is: 'value', value: null };
  }
  return kind === 'json'
    ? readJson(parameter, input, trans)
    : readNumber(parameter, input.trim(), trans);
}

function readNumber({ type }: RunParameter, input: string, trans: Trans): Read {
  if (type === 'NUMBER_INTEGER') {
    if (!/^[+-]?\d+$/.test(input)) {
      return wrong(trans.__('This is no whole number.'));
    }
    const value = Number(input);
    // What JavaScript cannot hold exactly is sent as it was typed.
    return { is: 'value', value: Number.isSafeInteger(value) ? value : input };
  }
  const value = Number(input);
  return Number.isFinite(value)
    ? { is: 'value', value }
    : wrong(trans.__('This is no number, such as 0.5 or 1e-3.'));
}

function readJson({ type }: RunParameter, input: string, trans: Trans): Read {
  let value: unknown;
  try {
    value = JSON.parse(input);
  } catch (error) {
    return wrong(trans.__('This is no JSON: %1', (error as Error).message));
  }
  const isList = Array.isArray(value);
  if (type === 'LIST' && !isList) {
    return wrong(trans.__('This is no list, such as [1, 2].'));
  }
  if (type === 'STRUCT' && (isList || typeof value !== 'object' || !value)) {
    return wrong(trans.__('This is no dictionary, such as {"depth": 3}.'));
  }
  return { is: 'value', value };
}

function wrong(why: string): Read {
  return { is: 'wrong', why };
}
