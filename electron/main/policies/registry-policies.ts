/**
 * Policies in the registry of Windows, read by the system's own `reg.exe`: no native module, and a group policy writes
 * nowhere else. Whether a key is there is looked up in the list of its parent, because what `reg.exe` says of one that
 * is not is in the language of the system.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { windowsFolder } from '../../core/network/environment.ts';
import type { PolicySource } from './policy-source.ts';

const PARENT = 'HKLM\\Software\\Policies';
const KEY = `${PARENT}\\WuKong Desktop`;
const CODE_PAGE_KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage';
const TIMEOUT_MS = 5_000;

/** Names of `TextDecoder` for the code pages that `reg.exe` writes in. */
const DECODERS: Readonly<Record<string, string>> = {
  '866': 'ibm866',
  '874': 'windows-874',
  '932': 'shift_jis',
  '936': 'gbk',
  '949': 'euc-kr',
  '950': 'big5',
  '1250': 'windows-1250',
  '1251': 'windows-1251',
  '1252': 'windows-1252',
  '65001': 'utf-8',
};

export interface RegAnswer {
  /** null: it could not be started. */
  status: number | null;
  stdout: Buffer;
}
export type Reg = (args: readonly string[]) => RegAnswer;

export function registryPolicies(reg: Reg = systemReg): PolicySource {
  const parent = reg(['query', PARENT, '/reg:64']);
  if (parent.status !== 0)
    return { kind: 'unreadable', where: PARENT, why: `reg.exe: ${statusText(parent)}` };
  if (!hasSubkey(parent.stdout.toString('latin1'))) return { kind: 'none' };
  const answer = reg(['query', KEY, '/reg:64']);
  if (answer.status !== 0) return { kind: 'unreadable', where: KEY, why: `reg.exe: ${statusText(answer)}` };
  const text = textOf(answer.stdout, reg);
  if (text === null)
    return { kind: 'unreadable', where: KEY, why: 'it holds characters that cannot be read' };
  return { kind: 'values', where: KEY, values: parseRegQuery(text) };
}

const statusText = ({ status }: RegAnswer): string => (status === null ? 'not started' : `status ${status}`);

const hasSubkey = (list: string): boolean =>
  list.split(/\r?\n/).some((line) => /\\Policies\\WuKong Desktop\s*$/i.test(line));

/** `    Name    REG_SZ    value`; of subkeys (their lines start at the margin) nothing is read. */
export function parseRegQuery(text: string): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const line of text.split(/\r?\n/)) {
    const [, name, type, data = ''] = /^ {4}(.+?) {4}(REG_[A-Z_0-9]+)(?: {4}(.*))?$/.exec(line) ?? [];
    if (name !== undefined && type !== undefined) values[name] = valueOf(type, data);
  }
  return values;
}

/** Other types stay what no policy is. */
function valueOf(type: string, data: string): unknown {
  if (type === 'REG_SZ' || type === 'REG_EXPAND_SZ') return data;
  if ((type === 'REG_DWORD' || type === 'REG_QWORD') && /^0x[0-9a-f]{1,13}$/i.test(data)) return Number(data);
  return { type };
}

function textOf(bytes: Buffer, reg: Reg): string | null {
  if (bytes.every((byte) => byte < 0x80)) return bytes.toString('latin1');
  const pages = reg(['query', CODE_PAGE_KEY, '/v', 'OEMCP', '/reg:64']);
  const page = pages.status === 0 ? parseRegQuery(pages.stdout.toString('latin1'))['OEMCP'] : null;
  const decoder = DECODERS[String(page)];
  return decoder === undefined ? null : new TextDecoder(decoder).decode(bytes);
}

const systemReg: Reg = (args) => {
  // By its whole path: not whatever lies in a folder of the user.
  const program = join(windowsFolder(), 'System32', 'reg.exe');
  const { status, stdout } = spawnSync(program, args, { timeout: TIMEOUT_MS, windowsHide: true });
  return { status, stdout: stdout ?? Buffer.alloc(0) };
};
