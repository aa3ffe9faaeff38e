/**
 * Why the policies of an organisation cannot be read, in the language of the interface: the shell says it in English,
 * as its log does (electron/main/policies). Pure.
 */
import type { PlainKey, Translate } from './strings/index.ts';

const PLAIN: ReadonlyMap<string, PlainKey> = new Map([
  ['it is no JSON', 'pol.why.noJson'],
  ['it is no object of JSON', 'pol.why.noObject'],
  ['it is no dictionary', 'pol.why.noObject'],
  ['it is no file', 'pol.why.noFile'],
  ['it is a link to nothing', 'pol.why.noTarget'],
  ['it is too large', 'pol.why.tooLarge'],
  ['it does not belong to the administrator', 'pol.why.owner'],
  ['its folder does not belong to the administrator', 'pol.why.folderOwner'],
  ['it is writable to others', 'pol.why.writable'],
  ['its folder is writable to others', 'pol.why.folderWritable'],
  ['it holds characters that cannot be read', 'pol.why.characters'],
  ['reg.exe: not started', 'pol.why.noTool'],
  ['LockServer is neither on nor off', 'pol.why.lockServer'],
  ['LockServer is on, and ServerUrl is no address', 'pol.why.serverUrl'],
]);
const LINE = /^it is no JSON \(line (\d+), column \d+\)$/;
const TOOL = /^reg\.exe: status (\d+)$/;
const TWICE = /^it names (.{1,60}) twice$/s;

/** What nobody has words for is named as the system names it (`EACCES`). */
export function policyProblem(why: string, t: Translate): string {
  const plain = PLAIN.get(why);
  if (plain !== undefined) return t(plain);
  const line = LINE.exec(why)?.[1];
  if (line !== undefined) return t('pol.why.noJsonAt', { line });
  const status = TOOL.exec(why)?.[1];
  if (status !== undefined) return t('pol.why.toolFailed', { status });
  const name = TWICE.exec(why)?.[1];
  if (name !== undefined) return t('pol.why.twice', { name });
  return t('pol.why.other', { what: why });
}
