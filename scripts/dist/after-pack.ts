/** What is done to a folder that electron-builder fills: leftovers of the runtime, fuses, plist. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AfterPackContext } from 'electron-builder';
import { setFuses } from './fuses.ts';

/** A runtime from a folder of archives is not tidied as a downloaded one is; later the integrity list would have it. */
export async function afterExtract({ appOutDir, electronPlatformName }: AfterPackContext): Promise<void> {
  const resources = electronPlatformName === 'darwin' ? 'Electron.app/Contents/Resources' : 'resources';
  rmSync(join(appOutDir, resources, 'default_app.asar'), { force: true });
  rmSync(join(appOutDir, 'version'), { force: true });
}

/** When the folder is full, before anything is signed or made into an installer. */
export async function afterPack({
  appOutDir,
  electronPlatformName,
  packager,
}: AfterPackContext): Promise<void> {
  const { productFilename } = packager.appInfo;
  const mac = electronPlatformName === 'darwin';
  const bundle = join(appOutDir, `${productFilename}.app`);
  if (mac) narrowPlist(join(bundle, 'Contents/Info.plist'));
  const program = mac
    ? bundle
    : join(
        appOutDir,
        electronPlatformName === 'win32'
          ? `${productFilename}.exe`
          : (packager.config.linux?.executableName ?? productFilename),
      );
  await setFuses(program, mac && process.platform === 'darwin');
}

/** Of Electron's own plist: the app asks for none of these, and a reviewer would have to ask why it might. */
const UNUSED = ['Camera', 'AudioCapture', 'BluetoothAlways', 'BluetoothPeripheral'];

/**
 * electron-builder allows plain HTTP to everywhere, for its updater's proxy on localhost; localhost alone is enough. It
 * does so after `extendInfo`, which therefore cannot say otherwise.
 */
function narrowPlist(path: string): void {
  const text = readFileSync(path, 'utf8')
    .replace(/(<key>NSAllowsArbitraryLoads<\/key>\s*)<true\s*\/>/g, '$1<false/>')
    .replace(
      new RegExp(`\\s*<key>NS(?:${UNUSED.join('|')})UsageDescription</key>\\s*<string>[^<]*</string>`, 'g'),
      '',
    );
  writeFileSync(path, text);
}
