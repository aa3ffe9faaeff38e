/** Programs of other processors and systems, as far as packing and checking look at them: they cannot run. */
import { NtExecutable, NtExecutableResource, Resource } from 'resedit';
import type { Arch } from '../targets.ts';
import { fuseWire } from './fuse-wire.ts';

/** The head of an ELF file: 64 bits, little-endian, of this processor. */
export function emptyElf(arch: Arch): Buffer {
  const head = Buffer.alloc(64);
  head.write('\x7fELF', 0, 'latin1');
  head.set([2, 1, 1], 4);
  head.writeUInt16LE(3, 16);
  head.writeUInt16LE(arch === 'x64' ? 62 : 183, 18);
  head.writeUInt32LE(1, 20);
  head.writeUInt16LE(64, 52);
  return head;
}

/** The head of a Mach-O file. */
export function emptyMachO(arch: Arch): Buffer {
  const head = Buffer.alloc(32);
  head.writeUInt32LE(0xfeedfacf, 0);
  head.writeUInt32LE(arch === 'x64' ? 0x01000007 : 0x0100000c, 4);
  head.writeUInt32LE(arch === 'x64' ? 3 : 0, 8);
  head.writeUInt32LE(2, 12);
  return head;
}

/** A Windows program of no code with the resources that electron-builder changes, and the wire as one more. */
export function windowsProgram(arch: Arch, version: string): Buffer {
  const executable = NtExecutable.createEmpty(false, false);
  const resources = NtExecutableResource.from(executable);
  const info = Resource.VersionInfo.createEmpty();
  info.setFileVersion(`${version}.0`, 1033);
  info.setStringValues(
    { lang: 1033, codepage: 1200 },
    { ProductName: 'Electron', FileDescription: 'Electron' },
  );
  info.outputToResourceEntries(resources.entries);
  const wire = fuseWire();
  resources.entries.push({ type: 10, id: 1, lang: 1033, codepage: 1200, bin: toArrayBuffer(wire) });
  resources.outputResource(executable);
  const bytes = Buffer.from(executable.generate());
  if (arch === 'arm64') bytes.writeUInt16LE(0xaa64, bytes.readUInt32LE(0x3c) + 4);
  return bytes;
}

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
