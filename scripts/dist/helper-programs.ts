/** Programs of the system that packing or checking needs, with the Debian package each is in. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { aptInstall, canAptInstall } from '../apt.ts';

const PACKAGES = {
  makensis: 'nsis',
  rpm: 'rpm',
  rpmbuild: 'rpm',
  mksquashfs: 'squashfs-tools',
  unsquashfs: 'squashfs-tools',
  'desktop-file-validate': 'desktop-file-utils',
  '7z': 'p7zip-full',
  'dpkg-deb': 'dpkg',
  file: 'file',
} as const;
export type HelperProgram = keyof typeof PACKAGES;

/** Installs what is missing as root on Debian and Ubuntu; else throws one sentence that names the packages. */
export async function needPrograms(
  programs: readonly HelperProgram[],
  say: (line: string) => void,
): Promise<void> {
  const missing = (): HelperProgram[] => programs.filter((program) => findProgram(program) === null);
  if (missing().length > 0 && canAptInstall()) await aptInstall(packagesOf(missing()), say);
  const left = missing();
  if (left.length > 0)
    throw new Error(
      `${left.join(', ')} not found: install ${packagesOf(left).join(' ')} (names of Debian; "sudo apt-get install …").`,
    );
}

function packagesOf(programs: readonly HelperProgram[]): string[] {
  return [...new Set(programs.map((program) => PACKAGES[program]))];
}

/** Its path, or null. */
export function findProgram(name: string): string | null {
  const folders = ['/usr/bin', '/usr/sbin', ...(process.env['PATH'] ?? '').split(delimiter)];
  return (
    folders
      .map((folder) => join(folder, name))
      .find((path) => {
        try {
          accessSync(path, constants.X_OK);
          return true;
        } catch {
          return false;
        }
      }) ?? null
  );
}
