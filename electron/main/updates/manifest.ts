/**
 * A manifest whose signature was checked, in the form the rest works with. It is what electron-builder and
 * electron-updater call `latest*.yml`, with fields of our own; what is not named here is not read.
 */
import { parseUpdateInfo } from 'electron-updater/out/providers/Provider.js';
import { z } from 'zod';
import { reasonOf } from '../../../shared/errors.ts';
import { isVersion } from './app-version.ts';
import { UpdateError } from './update-error.ts';

/** Of the YAML file. */
export const MAX_MANIFEST_BYTES = 64 * 1024;
/** Of a package. */
const MAX_PACKAGE_BYTES = 1024 * 1024 * 1024;

/** One name in the feed's folder: no address, no folder, nothing a file system reads in its own way. */
const FileName = z
  .string()
  .max(150)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/)
  .refine((name) => !name.includes('..'));

const PackageFile = z.object({
  url: FileName,
  /** Of 64 bytes, in base64. */
  sha512: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
  size: z.int().min(1).max(MAX_PACKAGE_BYTES),
  /** nsis per machine: the installer has to be run by an administrator. */
  isAdminRightsRequired: z.boolean().optional(),
});
export type PackageFile = z.infer<typeof PackageFile>;

/** YAML makes a date of what looks like one. */
const Moment = z.union([z.date(), z.iso.datetime({ offset: true })]).transform((value) => +new Date(value));

const Manifest = z
  .object({
    /** The name of the file it is: one of another channel or system is signed as well, and is not this one. */
    manifest: z.string().max(80),
    version: z.string().refine(isVersion),
    files: z.array(PackageFile).min(1).max(32),
    /** When it was signed; a later one replaces an earlier one, never the other way round. */
    issued: Moment,
    /** From then on it is not believed any more: who keeps newer ones from us is noticed. */
    expires: Moment,
    stagingPercentage: z.int().min(0).max(100).default(100),
    minimumSystemVersion: z.string().max(40).optional(),
    notesUrl: z
      .url({ protocol: /^https$/ })
      .max(500)
      .optional(),
  })
  .refine(({ files }) => new Set(files.map(({ url }) => url)).size === files.length)
  .refine(({ issued, expires }) => issued < expires);
export type Manifest = z.infer<typeof Manifest>;

/** Throws `malformed`, with the place and never the text. */
export function readManifest(bytes: Uint8Array, fileName: string): Manifest {
  if (bytes.byteLength > MAX_MANIFEST_BYTES) throw new UpdateError('malformed', 'the manifest is too long');
  let value: unknown;
  try {
    value = parseUpdateInfo(Buffer.from(bytes).toString('utf8'), fileName, new URL('https://feed.invalid/'));
  } catch (error) {
    throw new UpdateError('malformed', `the manifest is no YAML: ${reasonOf(error).slice(0, 200)}`);
  }
  const parsed = Manifest.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new UpdateError(
      'malformed',
      `manifest, ${issue?.path.join('.') || 'as a whole'}: ${issue?.message ?? ''}`,
    );
  }
  if (parsed.data.manifest !== fileName)
    throw new UpdateError('malformed', `the manifest of ${parsed.data.manifest} was served as ${fileName}`);
  return parsed.data;
}

/** `latest-linux-arm64.yml`: the names that electron-updater and electron-builder use. */
export function manifestName(channel: string, platform: NodeJS.Platform, arch: string): string {
  const system = platform === 'win32' ? '' : platform === 'darwin' ? '-mac' : '-linux';
  return `${channel}${system}${system === '-linux' && arch !== 'x64' ? `-${arch}` : ''}.yml`;
}
