/** The main log: one rotated file in the profile, no message content ever. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import log from 'electron-log/node';
import { writeFileAtomic } from '../files/json-file.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';
export type Log = (level: Level, scope: string, message: string) => void;

/** Longer than any of our own messages; what is longer quotes something. */
const LONGEST = 4_000;

/**
 * The last guard before the file: the engine's own error messages quote what they could not parse, and that may be a
 * message. `Unexpected token 'x', ..."secret words"... is not valid JSON` keeps its place, not its words.
 */
export function withoutQuotedInput(message: string): string {
  return message
    .replaceAll(
      /(Unexpected (?:token|string|number|non-whitespace character)\b)[^]*?(?= is not valid JSON)/g,
      '$1 …',
    )
    .replaceAll(/(Expected [^"\n]{0,80} in JSON at position \d+)[^\n]*/g, '$1')
    .replaceAll(/"(?:[^"\\\n]|\\.)*" is not valid JSON/g, '… is not valid JSON')
    .slice(0, LONGEST);
}

/** How an account is named in the log: nobody's name, and enough to find its lines. */
export const accountMark = (account: string): string => account.slice(0, 6);

const FILES = ['main.log', 'main.old.log'];

/** The account was signed out: what its worker wrote, and what was written about it, goes from the files. */
export function eraseLogOf(userDataDir: string, account: string): void {
  const mark = new RegExp(`\\b${accountMark(account)}\\b`);
  for (const name of FILES) {
    const path = join(userDataDir, 'logs', name);
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      continue;
    }
    // An entry may have several lines (a stack); each begins with its time.
    const entries = text.split(/^(?=\[\d{4}-\d\d-\d\d )/m);
    const kept = entries.filter((entry) => !mark.test(entry));
    if (kept.length < entries.length) writeFileAtomic(path, kept.join(''));
  }
}

/** 2 MB a file, one older file kept (`main.old.log`). */
export function openLog(userDataDir: string): Log {
  log.transports.file.resolvePathFn = () => join(userDataDir, 'logs', 'main.log');
  log.transports.file.maxSize = 2 * 1024 * 1024;
  log.transports.file.level = 'info';
  log.transports.console.level = process.env['WUKONG_LOG'] ? 'debug' : 'warn';
  return (level, scope, message) => log[level](`[${scope}] ${withoutQuotedInput(message)}`);
}
