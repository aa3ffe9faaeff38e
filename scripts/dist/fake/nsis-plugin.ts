/** A 32-bit DLL of no code whose table of exports says these names: makensis reads the table and packs the file. */

const SECTION = 0x1000;
const HEADERS = 0x200;

export function pluginDll(plugin: string, exports: readonly string[]): Buffer {
  const section = exportTable(`${plugin}.dll`, exports);
  const raw = Math.ceil(section.length / HEADERS) * HEADERS;
  const file = Buffer.alloc(HEADERS + raw);
  file.write('MZ', 0, 'latin1');
  file.writeUInt32LE(0x40, 0x3c);
  file.write('PE\0\0', 0x40, 'latin1');
  file.writeUInt16LE(0x14c, 0x44); // Intel 386
  file.writeUInt16LE(1, 0x46); // one section
  file.writeUInt16LE(224, 0x54);
  file.writeUInt16LE(0x2102, 0x56); // DLL, 32 bits, executable
  const optional = 0x58;
  file.writeUInt16LE(0x10b, optional);
  file.writeUInt32LE(0x10000000, optional + 28); // image base
  file.writeUInt32LE(SECTION, optional + 32);
  file.writeUInt32LE(HEADERS, optional + 36);
  file.writeUInt16LE(4, optional + 40); // for Windows 4 and later
  file.writeUInt16LE(4, optional + 48);
  file.writeUInt32LE(SECTION + Math.ceil(raw / SECTION) * SECTION, optional + 56);
  file.writeUInt32LE(HEADERS, optional + 60);
  file.writeUInt16LE(2, optional + 68);
  file.writeUInt32LE(16, optional + 92);
  file.writeUInt32LE(SECTION, optional + 96); // the first directory: exports
  file.writeUInt32LE(section.length, optional + 100);
  const header = optional + 224;
  file.write('.edata', header, 'latin1');
  file.writeUInt32LE(section.length, header + 8);
  file.writeUInt32LE(SECTION, header + 12);
  file.writeUInt32LE(raw, header + 16);
  file.writeUInt32LE(HEADERS, header + 20);
  file.writeUInt32LE(0x40000040, header + 36);
  section.copy(file, HEADERS);
  return file;
}

function exportTable(dll: string, names: readonly string[]): Buffer {
  const count = names.length;
  const functions = 40;
  const pointers = functions + count * 4;
  const ordinals = pointers + count * 4;
  const text = ordinals + count * 2;
  const strings = [dll, ...names].map((name) => Buffer.from(`${name}\0`, 'latin1'));
  const table = Buffer.alloc(text);
  table.writeUInt32LE(SECTION + text, 12);
  table.writeUInt32LE(1, 16);
  table.writeUInt32LE(count, 20);
  table.writeUInt32LE(count, 24);
  table.writeUInt32LE(SECTION + functions, 28);
  table.writeUInt32LE(SECTION + pointers, 32);
  table.writeUInt32LE(SECTION + ordinals, 36);
  let at = text + (strings[0]?.length ?? 0);
  for (const [index, bytes] of strings.slice(1).entries()) {
    table.writeUInt32LE(SECTION, functions + index * 4);
    table.writeUInt32LE(SECTION + at, pointers + index * 4);
    table.writeUInt16LE(index, ordinals + index * 2);
    at += bytes.length;
  }
  return Buffer.concat([table, ...strings]);
}
