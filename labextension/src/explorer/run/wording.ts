import type { Trans } from '../model/i18n';
import type { Json, TaskSpec } from './definition';
import { mapping, text } from './definition';

/** What a group's inputs are called by the people who wrote the pipeline. */
export type Names = ReadonlyMap<string, string>;

/** What the inputs of `task` are called, as those of the graph around it are. */
export function namesInside(
  task: TaskSpec,
  around: Names,
  trans: Trans
): Names {
  const names = new Map<string, string>();
  for (const [input, source] of Object.entries(task.inputs)) {
    names.set(input, sourceName(mapping(source), around) || plain(input));
  }
  const { loop } = task;
  if (loop?.item) {
    const items = loop.input && (names.get(loop.input) ?? plain(loop.input));
    names.set(
      loop.item,
      items ? trans.__('item of %1', items) : trans.__('item')
    );
  }
  return names;
}

/** The condition of a task in readable words: `flip-coin = "heads"`. */
export function conditionWords(
  task: TaskSpec,
  around: Names,
  trans: Trans
): string {
  const names = namesInside(task, around, trans);
  const named = task.condition.replace(
    /inputs\.parameter_values\[\s*(['"])(.*?)\1\s*\]/g,
    (_, __, input: string) => names.get(input) ?? plain(input)
  );
  return outsideQuotes(withoutCasts(named), code =>
    negated(code, trans)
      .replace(/\s*&&\s*/g, ` ${trans.__('and')} `)
      .replace(/\s*\|\|\s*/g, ` ${trans.__('or')} `)
      .replace(/\s*==\s*/g, ' = ')
      .replace(/\s*!=\s*/g, ' ≠ ')
      .replace(/\s*<=\s*/g, ' ≤ ')
      .replace(/\s*>=\s*/g, ' ≥ ')
      .replace(/\s+/g, ' ')
  ).trim();
}

/** What a loop is repeated over: `trials`, or the items where they are few. */
export function loopWords(task: TaskSpec, around: Names, trans: Trans): string {
  const { loop } = task;
  if (!loop) {
    return '';
  }
  if (loop.items) {
    const shown = loop.items.map(item => JSON.stringify(item)).join(', ');
    return shown.length <= 40 ? shown : `${shown.slice(0, 39)}…`;
  }
  return namesInside(task, around, trans).get(loop.input) ?? plain(loop.input);
}

/** Where an input comes from; empty where that has no name. */
function sourceName(source: Json, around: Names): string {
  const output = mapping(
    source['taskOutputParameter'] ?? source['taskOutputArtifact']
  );
  const task = text(output['producerTask']);
  if (task) {
    const key =
      text(output['outputParameterKey']) || text(output['outputArtifactKey']);
    return key && key !== 'Output' && !key.startsWith('pipelinechannel--')
      ? `${task}.${key}`
      : task;
  }
  const input =
    text(source['componentInputParameter']) ||
    text(source['componentInputArtifact']);
  if (input) {
    const name = around.get(input) ?? plain(input);
    return name + selected(text(source['parameterExpressionSelector']));
  }
  const value = mapping(source['runtimeValue']);
  return 'constant' in value ? JSON.stringify(value['constant']) : '';
}

/** The part of a value: `parseJson(string_value)["a"]` is `.a`. */
function selected(selector: string): string {
  return [...selector.matchAll(/\[(?:"([^"]*)"|'([^']*)'|(\d+))\]/g)]
    .map(([, one, other, index]) => `.${one ?? other ?? index}`)
    .join('');
}

/** A compiled name as it was written. */
function plain(input: string): string {
  return input
    .replace(/^pipelinechannel--/, '')
    .replace(/^loop-item-param-\d+$/, 'item')
    .replace(/-loop-item(-subvar-)?/g, (_, part) => (part ? '[…].' : '[…]'))
    .replace(/-Output$/, '');
}

/** Without the conversions that the compiler writes around numbers. */
function withoutCasts(expression: string): string {
  return expression.replace(/\b(?:int|double|string|bool)\(([^()]*)\)/g, '$1');
}

/** `!(a)` and `!a` in words; `!=` stays. */
function negated(code: string, trans: Trans): string {
  return code.replace(/!(?!=)/g, `${trans.__('not')} `);
}

/** `change` applied to what is not inside quotes. */
function outsideQuotes(
  expression: string,
  change: (code: string) => string
): string {
  return expression
    .split(/('[^']*'|"[^"]*")/)
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join('');
}
