/** The main log: one rotated file in the profile, no message content ever. */
import { join } from 'node:path';
import log from 'electron-log/node';

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

/** 2 MB a file, one older file kept (`main.old.log`). */
export function openLog(userDataDir: string): Log {
  log.transports.file.resolvePathFn = () => join(userDataDir, 'logs', 'main.log');
  log.transports.file.maxSize = 2 * 1024 * 1024;
  log.transports.file.level = 'info';
  log.transports.console.level = process.env['WUKONG_LOG'] ? 'debug' : 'warn';
  return (level, scope, message) => log[level](`[${scope}] ${withoutQuotedInput(message)}`);
}
