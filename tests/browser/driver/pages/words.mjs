/* The texts of the account pages, by their keys. */
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../../pages/messages/', import.meta.url);
const MESSAGES = new Map(readdirSync(FOLDER).map((file) => [
  file.replace('.json', ''), JSON.parse(readFileSync(new URL(file, FOLDER), 'utf-8'))]));

export const LANGUAGES = [...MESSAGES.keys()];

/** Return what the pages say in a language: a function of a key and the values in its text. */
export function wordsOf(language) {
  const messages = MESSAGES.get(language);
  return (key, values = {}) => {
    const message = messages[key];
    if (message === undefined) throw new Error(`${language}: there is no text ${key}`);
    const text = typeof message === 'string' ? message
      : message[values.count === 0 && message.zero ? 'zero'
        : new Intl.PluralRules(language).select(values.count)] ?? message.other;
    return text.replace(/\{(\w+)\}/g, (_, name) => (
      typeof values[name] === 'number' ? new Intl.NumberFormat(language).format(values[name])
        : `\u2068${values[name] ?? ''}\u2069`));
  };
}
