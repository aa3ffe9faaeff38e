import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from 'electron';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { spellChecker } from './spell-checker.ts';

let profile: string;
let calls: unknown[];
const session = {
  availableSpellCheckerLanguages: ['en-US', 'de', 'es-419'],
  setSpellCheckerDictionaryDownloadURL: (url: string) => calls.push(['from', url]),
  setSpellCheckerLanguages: (languages: string[]) => calls.push(['languages', languages]),
  setSpellCheckerEnabled: (on: boolean) => calls.push(['on', on]),
} as unknown as Session;

beforeEach(() => {
  profile = mkdtempSync(join(tmpdir(), 'wukong-spelling-'));
  calls = [];
});
afterEach(() => rmSync(profile, { recursive: true }));

function put(...names: string[]): void {
  mkdirSync(join(profile, 'Dictionaries'));
  for (const name of names) writeFileSync(join(profile, 'Dictionaries', name), '');
}

it.each(['linux', 'win32'] as const)('%s without dictionaries: off, whatever is asked for', (platform) => {
  put('readme.txt', 'en-US.bdic', 'en-US-10-1.bdic.tmp', 'Custom Dictionary.txt');
  const checker = spellChecker(platform, profile);
  expect(checker.kind).toBe('none');
  checker.prepare(session);
  checker.set(session, true);
  expect(calls).toEqual([
    ['from', 'http://127.0.0.1:9/'],
    ['on', false],
    ['on', false],
  ]);
});

it('with dictionaries in the profile: in their languages, those that Chromium knows', () => {
  put('en-US-10-1.bdic', 'de-3-0.bdic', 'xx-YY-1-0.bdic');
  const checker = spellChecker('linux', profile);
  expect(checker.kind).toBe('dictionaries');
  checker.set(session, true);
  checker.set(session, false);
  expect(calls).toEqual([
    ['languages', ['de', 'en-US']],
    ['on', true],
    ['languages', ['de', 'en-US']],
    ['on', false],
  ]);
});

it('with none that Chromium knows it asks for no language: an empty list is filled by itself', () => {
  put('xx-YY-1-0.bdic');
  spellChecker('win32', profile).set(session, true);
  expect(calls).toEqual([]);
});

it('macOS checks by itself', () => {
  const checker = spellChecker('darwin', profile);
  expect(checker.kind).toBe('system');
  checker.set(session, true);
  expect(calls).toEqual([['on', true]]);
});
