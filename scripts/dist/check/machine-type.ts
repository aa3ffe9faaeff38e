/** For which processor and system a program or library is, from its first bytes. */
import { closeSync, openSync, readSync } from 'node:fs';

/** `win32-x64`, `linux-arm64`, `darwin-universal` …; null = none of these. */
export function machineType(path: string): string | null {
  const head = Buffer.alloc(4096);
  const file = openSync(path, 'r');
  try {
    readSync(file, head, 0, head.length, 0);
  } finally {
    closeSync(file);
  }
  if (head.toString('latin1', 0, 4) === '\x7fELF')
    return named('linux', { 62: 'x64', 183: 'arm64' }[head.readUInt16LE(18)]);
  if (head.toString('latin1', 0, 2) === 'MZ') {
    const at = head.readUInt32LE(0x3c);
    if (at + 6 > head.length || head.toString('latin1', at, at + 4) !== 'PE\0\0') return null;
    return named('win32', { 0x8664: 'x64', 0xaa64: 'arm64' }[head.readUInt16LE(at + 4)]);
  }
  if (head.readUInt32LE(0) === 0xfeedfacf)
    return named('darwin', { 0x01000007: 'x64', 0x0100000c: 'arm64' }[head.readUInt32LE(4)]);
  return head.readUInt32BE(0) === 0xcafebabe ? 'darwin-universal' : null;
}

function named(platform: string, arch: string | undefined): string | null {
  return arch === undefined ? null : `${platform}-${arch}`;
}
