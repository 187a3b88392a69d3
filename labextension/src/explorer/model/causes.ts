import type { ApiError } from '../api/errors';
import CAUSES from './causes.json';
import type { Trans } from './i18n';

/** What the server says of each cause and reason, with `{name}` where a fact goes. */
const SENTENCES = new Map<string, readonly string[]>(Object.entries(CAUSES));

/** As it stands within an answer. */
interface Problem {
  cause: string;
  message: string;
  next_step: string;
}

const FACT = /\{(\w+)\}/g;

/** What the server says about a cause or reason, in the reader's language. */
export function causeText(cause: string, said: string, trans: Trans): string {
  for (const sentence of SENTENCES.get(cause) ?? []) {
    const facts = factsOf(said, sentence);
    if (facts) {
      // Not `trans.__(…)`: the catalogue's sentences are collected from their JSON.
      const told = trans['__'](sentence);
      return told.replace(FACT, (_, name: string) => facts[name] ?? '');
    }
  }
  return said;
}

/** What is wrong and what to do, as one text in the reader's language. */
export function errorText(error: ApiError | Problem, trans: Trans): string {
  const nextStep = 'next_step' in error ? error.next_step : error.nextStep;
  return [error.message, nextStep]
    .filter(Boolean)
    .map(said => causeText(error.cause, said, trans))
    .join(' ');
}

/** What stands in a filled sentence in the place of each `{name}`; null for another sentence. */
function factsOf(
  said: string,
  sentence: string
): Record<string, string> | null {
  const [names, texts] = [1, 0].map(odd =>
    sentence.split(FACT).filter((_, index) => index % 2 === odd)
  ) as [string[], string[]];
  const found = new RegExp(`^${texts.map(literal).join('([^]*?)')}$`).exec(
    said
  );
  return (
    found &&
    Object.fromEntries(
      names.map((name, index) => [name, found[index + 1] as string])
    )
  );
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
