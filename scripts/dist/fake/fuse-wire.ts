/** What the fake runtime's program has as the real one's: a wire of nine fuses; and a mark that tells them apart. */
import { FUSES } from '../fuses.ts';

/** In every program of the fake distribution; a package that holds it is none to give away. */
export const FAKE_MARK = 'WUKONG-FAKE-ELECTRON-NOT-FOR-RELEASE';

/** Ours stands in two halves: else this file itself would count as a runtime. */
const SENTINEL = ['dL7pKGdnNz796PbbjQWN', 'KmHXBZaB9tsX'].join('');

/** All fuses as Electron ships them; `flipFuses` finds and changes them. */
export function fuseWire(): Buffer {
  const states = Object.keys(FUSES).map((name) => (AS_SHIPPED.has(name) ? '1' : '0'));
  return Buffer.concat([
    Buffer.from(`${FAKE_MARK} ${SENTINEL}`),
    Buffer.from([1, states.length]),
    Buffer.from(states.join('')),
  ]);
}

const AS_SHIPPED = new Set([
  'RunAsNode',
  'EnableNodeOptionsEnvironmentVariable',
  'EnableNodeCliInspectArguments',
  'GrantFileProtocolExtraPrivileges',
  'WasmTrapHandlers',
]);
