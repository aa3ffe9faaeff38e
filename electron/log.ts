/** The main log: one rotated file in the profile, no message content ever. */
import { join } from 'node:path';
import log from 'electron-log/node';

export type Level = 'debug' | 'info' | 'warn' | 'error';
export type Log = (level: Level, scope: string, message: string) => void;

/** 2 MB a file, one older file kept (`main.old.log`). */
export function openLog(userDataDir: string): Log {
  log.transports.file.resolvePathFn = () => join(userDataDir, 'logs', 'main.log');
  log.transports.file.maxSize = 2 * 1024 * 1024;
  log.transports.file.level = 'info';
  log.transports.console.level = process.env['WUKONG_LOG'] ? 'debug' : 'warn';
  return (level, scope, message) => log[level](`[${scope}] ${message}`);
}
