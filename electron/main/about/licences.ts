/**
 * What this app is made with, as the document beside it says (THIRD-PARTY-NOTICES.txt, made from the bundle's modules
 * by scripts/dist/notices): names, versions, licences and their texts.
 */
import { readFile } from 'node:fs/promises';
import type { Licence } from '../../../shared/ipc/contract/shell.ts';

const RULE = `${'='.repeat(80)}\n`;
const HEAD = /^(\S.*) (\S+) \((.+)\)\n(?:(https?:\/\/\S+)\n)?\n/;

/** A licence's own text may hold such a rule: what begins no entry belongs to the one before it. */
export function licencesOf(text: string): Licence[] {
  const found: Licence[] = [];
  for (const part of text.replaceAll('\r\n', '\n').split(RULE).slice(1)) {
    const head = HEAD.exec(part);
    const last = found.at(-1);
    if (head) {
      const [whole, name = '', version = '', licence = '', homepage = null] = head;
      found.push({ name, version, licence, homepage, text: part.slice(whole.length).trim() });
    } else if (last) last.text += `\n${RULE}${part.trimEnd()}`;
  }
  return found;
}

/** Empty where the document is not there: a build that nobody packed and that made none. */
export async function readLicences(paths: readonly string[]): Promise<Licence[]> {
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text !== null) return licencesOf(text);
  }
  return [];
}
