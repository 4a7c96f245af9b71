// Somebody without a mouse: Tab, Enter and Space, and at every stop a focus that can be seen.

import { must, same } from './waiting.mjs';

/// Nobody presses a key more often to get somewhere on one page.
const STOPS_MAX = 80;

/// Presses Tab until this has the focus.
export async function tabTo(person, locator, key = 'Tab') {
  const stops = [];
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    await person.page.keyboard.press(key);
    const { where, why, seen } = await person.page.evaluate(focus);
    stops.push(where);
    must(seen, `The focus on ${where} cannot be seen, because it ${why} (${person.page.url()}).`);
    if (await isFocused(locator)) return;
  }
  throw new Error(`Tab does not lead to ${locator}. It stopped at:\n${stops.join('\n')}`);
}

/// Goes there and presses the key.
export async function presses(person, locator, key = 'Enter') {
  await tabTo(person, locator);
  await person.page.keyboard.press(key);
}

/// Goes there and types.
export async function types(person, locator, words) {
  await tabTo(person, locator);
  await person.page.keyboard.type(words);
}

/// This has the focus now.
export async function hasFocus(person, locator, what) {
  const end = Date.now() + 3000;
  while (!(await isFocused(locator)) && Date.now() < end) await person.page.evaluate(() => new Promise(requestAnimationFrame));
  const { where } = await person.page.evaluate(focus);
  same((await isFocused(locator)) || where, true, `The focus, which should be on ${what},`);
}

async function isFocused(locator) {
  const all = await locator.all();
  for (const one of all) if (await one.evaluate((element) => element === document.activeElement)) return true;
  return false;
}

/// Runs in the page: what has the focus, and whether it shows. The mark of a hidden radio button or box is on its label.
function focus() {
  const element = document.activeElement;
  if (!element || element === document.body) return { where: 'the page itself', seen: true };
  const text = (element.getAttribute('aria-label') ?? element.textContent).replace(/\s+/g, ' ').trim().slice(0, 40);
  const where = `<${element.localName}${element.id ? ` id="${element.id}"` : ''}> ${text}`;
  const marked = (node) =>
    [null, '::before', '::after'].some((part) => {
      const style = getComputedStyle(node, part);
      if (part && style.content === 'none') return false;
      return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
    });
  const shown = [element, element.closest('label'), element.parentElement].filter(Boolean);
  const box = element.getBoundingClientRect();
  const inSight = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
  // The page's main part takes the focus of the skip link; it is as large as the page.
  const why = inSight ? 'has no mark' : `is at ${Math.round(box.left)}, ${Math.round(box.top)} of ${innerWidth} × ${innerHeight}`;
  return { where, why, seen: element.id === 'content' || (inSight && shown.some(marked)) };
}
