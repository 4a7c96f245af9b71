// The app on somebody's telephone: one-time codes by time (RFC 6238), made by node's own cryptography.

import { createHmac } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP_SECONDS = 30;

/// The bytes of a key as the page writes it, in groups of four.
function bytes(key) {
  const bits = [...key.replaceAll(' ', '')].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/// The six digits of a moment, an ISO instant.
export function code(key, at) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.parse(at) / 1000 / STEP_SECONDS)));
  const hash = createHmac('sha1', bytes(key)).update(counter).digest();
  const offset = hash.at(-1) & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/// Sets an app up from a page that offers it, goes on to where that leads, and answers the app's key.
export async function setsUpApp(person, at) {
  await person.leaves(() => person.button('Set up an authenticator app').click());
  await person.arrives('Set up an authenticator app');
  const key = (await person.page.locator('.key').innerText()).trim();
  await types(person, code(key, at), 'Confirm');
  await person.arrives('Recovery codes');
  await person.leaves(() => person.link('I have kept them').click());
  return key;
}

/// Gives a code on the page that asks for one.
export async function proves(person, key, at) {
  await person.arrives('Additional verification');
  await types(person, code(key, at), 'Continue');
}

async function types(person, digits, button) {
  await person.field('Code').fill(digits);
  await person.leaves(() => person.button(button, { exact: true }).click());
}
