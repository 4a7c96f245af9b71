// Waiting for something to become true, and saying what did not.

import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

/// How long a page may take for something that a person waits for: no measure of speed, the machine may do much else meanwhile.
export const PATIENCE_MS = 20_000;
const LOOK_AGAIN_AFTER_MS = 50;

/// Waits until `look` answers something true, and answers it.
export async function until(what, withinMs, look) {
  const end = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${withinMs / 1000} s.`);
    await pause(LOOK_AGAIN_AFTER_MS);
  }
}

/// Waits until it is in sight.
export async function sees(locator) {
  await locator.first().waitFor({ state: 'visible', timeout: PATIENCE_MS }).catch(() => {
    throw new Error(`Not in sight: ${locator}`);
  });
  return locator;
}

/// Waits until there is none in sight.
export async function seesNo(locator) {
  await until(`${locator} is gone`, PATIENCE_MS, async () => {
    for (const one of await locator.all()) if (await one.isVisible()) return false;
    return true;
  });
}

/// Waits until its text has these words, or matches.
export async function says(locator, words) {
  let text = '';
  await sees(locator);
  await until('', PATIENCE_MS, async () => {
    text = plain(await locator.first().innerText().catch(() => ''));
    return matches(text, words);
  }).catch(() => {
    throw new Error(`${locator} says “${text}”, not “${words}”.`);
  });
}

/// Waits until there are so many.
export async function counts(locator, number) {
  let found = -1;
  await until('', PATIENCE_MS, async () => (found = await locator.count()) === number).catch(() => {
    throw new Error(`There are ${found} of ${locator}, not ${number}.`);
  });
}

/// Waits until the value of a field is this.
export async function holds(locator, value) {
  let found;
  await sees(locator);
  await until('', PATIENCE_MS, async () => (found = await locator.inputValue()) === value).catch(() => {
    throw new Error(`${locator} holds “${found}”, not “${value}”.`);
  });
}

/// Two values that must be the same; lists are when all in them is.
export function same(found, wanted, what = 'It') {
  if (!isDeepStrictEqual(found, wanted)) throw new Error(`${what} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}.`);
}

/// Something that must be so.
export function must(is, what) {
  if (!is) throw new Error(what);
}

/// Text that must have these words, or match.
export function reads(text, words) {
  if (!matches(plain(text), words)) throw new Error(`This says nothing of “${words}”:\n${text}`);
}

const matches = (text, words) => (words instanceof RegExp ? words.test(text) : text.includes(words));
const plain = (text) => text.replace(/\s+/g, ' ').trim();
