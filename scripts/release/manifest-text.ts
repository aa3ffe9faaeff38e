/** The text of update manifests, made of the packages in a folder; electron/main/updates/manifest.ts reads it. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isVersion } from '../../electron/main/updates/app-version.ts';
import { manifestName, readManifest } from '../../electron/main/updates/manifest.ts';
import { isChannel } from '../../electron/main/updates/update-source.ts';
import { sha512Of } from '../../electron/main/updates/sha512-of.ts';

export interface ManifestOptions {
  version: string;
  channel: string;
  issued: Date;
  expires: Date;
  /** Percent of the installations that get it. */
  rollout: number;
  notesUrl?: string;
}

interface Package {
  name: string;
  size: number;
  sha512: string;
}

/** Which manifest a package belongs into, by its name; null = it is no package for an installed app. */
export function manifestOf(name: string, channel: string): string | null {
  const arch = /arm64|aarch64/.test(name) ? 'arm64' : 'x64';
  if (/\.(?:AppImage|deb|rpm|tar\.gz)$/.test(name)) return manifestName(channel, 'linux', arch);
  if (/\.(?:exe|msi)$/.test(name)) return manifestName(channel, 'win32', arch);
  // A dmg is for people; Squirrel reads zips.
  if (name.endsWith('.zip') && /mac|darwin|universal/i.test(name))
    return manifestName(channel, 'darwin', arch);
  return null;
}

/** Name and text of each manifest for what lies in `folder`. Throws for nothing, or what the app would refuse. */
export async function manifestsFor(folder: string, options: ManifestOptions): Promise<Map<string, string>> {
  if (!isChannel(options.channel)) throw new Error(`no name of a channel: ${options.channel}`);
  if (!isVersion(options.version)) throw new Error(`not a version: ${options.version}`);
  const packages = new Map<string, Package[]>();
  for (const name of readdirSync(folder).sort()) {
    const manifest = manifestOf(name, options.channel);
    if (manifest === null) continue;
    if (!isOfVersion(name, options.version)) throw new Error(`${name} is not of version ${options.version}`);
    const path = join(folder, name);
    const list = packages.get(manifest) ?? [];
    list.push({ name, size: statSync(path).size, sha512: await sha512Of(path) });
    packages.set(manifest, list);
  }
  if (packages.size === 0) throw new Error(`no package in ${folder}`);
  const texts = new Map<string, string>();
  for (const [name, list] of packages) {
    const text = manifestText(name, list, options);
    // What the app would not take is not signed.
    readManifest(Buffer.from(text), name);
    texts.set(name, text);
  }
  return texts;
}

/** `1.2.0` is no part of `11.2.0`. */
function isOfVersion(name: string, version: string): boolean {
  const at = name.indexOf(version);
  return at >= 0 && !/[\d.]$/.test(name.slice(0, at)) && !/^\d/.test(name.slice(at + version.length));
}

const quoted = (value: string): string => JSON.stringify(value);

/** YAML whose every scalar is JSON: nothing in it can be read in two ways. */
export function manifestText(name: string, packages: readonly Package[], options: ManifestOptions): string {
  return [
    `manifest: ${quoted(name)}`,
    `version: ${quoted(options.version)}`,
    `issued: ${quoted(options.issued.toISOString())}`,
    `expires: ${quoted(options.expires.toISOString())}`,
    `stagingPercentage: ${options.rollout}`,
    ...(options.notesUrl === undefined ? [] : [`notesUrl: ${quoted(options.notesUrl)}`]),
    'files:',
    ...packages.flatMap(({ name: url, size, sha512 }) => [
      `  - url: ${quoted(url)}`,
      `    size: ${size}`,
      `    sha512: ${quoted(sha512)}`,
    ]),
    '',
  ].join('\n');
}
