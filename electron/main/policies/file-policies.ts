/**
 * Policies of Linux: a JSON file that only the administrator can have written. It and its folder belong to root and are
 * writable to nobody else; anything else there is treated as one that cannot be read.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { errorCode, reasonOf } from '../../../shared/errors.ts';
import { isObject } from '../../../shared/json.ts';
import type { PolicySource } from './policy-source.ts';

export const POLICY_FILE = '/etc/wukong-desktop/policies.json';
const MAX_BYTES = 1024 * 1024;

/** `owner`: the user id whose file is believed. */
export function filePolicies(path = POLICY_FILE, owner = 0): PolicySource {
  const unreadable = (why: string): PolicySource => ({ kind: 'unreadable', where: path, why });
  let file: number;
  try {
    // A pipe without a writer would wait for one.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return unreadable(code || reasonOf(error));
    return lstatSync(path, { throwIfNoEntry: false })
      ? unreadable('it is a link to nothing')
      : { kind: 'none' };
  }
  try {
    // Of a link also the folder it leads into: whoever may write there puts another file in its place.
    const folders = new Set([dirname(path), dirname(realpathSync(path))]);
    const why = [fstatSync(file), ...[...folders].map((folder) => statSync(folder))]
      .map((stats) => whyNot(stats, owner))
      .find((one) => one !== null);
    if (why !== undefined) return unreadable(why);
    if (!fstatSync(file).isFile()) return unreadable('it is no file');
    if (fstatSync(file).size > MAX_BYTES) return unreadable('it is too large');
    return parsed(path, readFileSync(file, 'utf8'));
  } catch (error) {
    return unreadable(errorCode(error) || reasonOf(error));
  } finally {
    closeSync(file);
  }
}

function whyNot(stats: Stats, owner: number): string | null {
  const what = stats.isDirectory() ? 'its folder' : 'it';
  if (stats.uid !== owner) return `${what} does not belong to the administrator`;
  return (stats.mode & 0o022) === 0 ? null : `${what} is writable to others`;
}

function parsed(where: string, text: string): PolicySource {
  let values: unknown;
  try {
    values = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return { kind: 'unreadable', where, why: `it is no JSON${placeOf(error)}` };
  }
  if (!isObject(values)) return { kind: 'unreadable', where, why: 'it is no object of JSON' };
  const twice = doubledName(text);
  if (twice !== null) return { kind: 'unreadable', where, why: `it names ${twice} twice` };
  return { kind: 'values', where, values };
}

/** Where the engine stopped, and nothing of what stands there. */
function placeOf(error: unknown): string {
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(reasonOf(error)) ?? [];
  return line === undefined ? '' : ` (line ${line}, column ${column})`;
}

/** `JSON.parse` takes the last of two without a word: a lock that somebody wrote could be undone below. */
function doubledName(text: string): string | null {
  const seen = new Set<string>();
  let depth = 0;
  for (const [token, isName] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (depth === 1 && isName !== undefined) {
      const name = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)) as string;
      if (seen.has(name.toLowerCase())) return name.slice(0, 60);
      seen.add(name.toLowerCase());
    }
  }
  return null;
}
