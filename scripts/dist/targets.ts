/** For which systems and processors packages are made, and what they are called there. */

export type System = 'linux' | 'win' | 'mac';
export type Arch = 'x64' | 'arm64';

export const SYSTEMS: readonly System[] = ['linux', 'win', 'mac'];
export const ARCHS: readonly Arch[] = ['x64', 'arm64'];

/** `process.platform` of each. */
export const NODE_PLATFORM: Readonly<Record<System, 'linux' | 'win32' | 'darwin'>> = {
  linux: 'linux',
  win: 'win32',
  mac: 'darwin',
};

/** The folder below `dist/` that holds the app before it is packed into installers. */
export function unpackedFolder(system: System, arch: Arch | 'universal'): string {
  const suffix = arch === 'x64' ? '' : `-${arch}`;
  return system === 'mac' ? `mac${suffix}` : `${system}${suffix}-unpacked`;
}
