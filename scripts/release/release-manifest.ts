/**
 * `npm run release:manifest -- --dir FOLDER [--rollout N] [--days N] [--channel NAME] [--version V] [--notes URL]`:
 * writes `latest*.yml` and `latest*.yml.sig` for the packages in FOLDER (docs/release.md). Called again with another
 * rollout or for more days, it signs the same packages anew. The private key is in the environment.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { reasonOf } from '../../shared/errors.ts';
import { checkSignature } from '../../electron/main/updates/manifest-signature.ts';
import { ROOT } from '../paths.ts';
import { readRelease, releaseFile } from '../release-define.ts';
import { manifestsFor } from './manifest-text.ts';
import { publicKeyText, signatureFile, takeSigningKeys } from './signing-keys.ts';

const DAY_MS = 24 * 60 * 60_000;
/** How long a manifest is believed, unless it is signed again: the longest that a stopped feed stays unnoticed. */
const DAYS = 45;
const MOST_DAYS = 400;

const OPTIONS = {
  dir: { type: 'string' },
  rollout: { type: 'string', default: '100' },
  days: { type: 'string', default: String(DAYS) },
  channel: { type: 'string', default: 'latest' },
  version: { type: 'string' },
  notes: { type: 'string' },
} as const;

/** `env` loses its keys. Returns what was written. */
export async function releaseManifest(
  args: readonly string[],
  env: Record<string, string | undefined>,
  keysOfApp: readonly string[] = readRelease(releaseFile(ROOT)).keys,
): Promise<string[]> {
  const keys = takeSigningKeys(env);
  const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false });
  if (values.dir === undefined) throw new Error('--dir FOLDER: where the packages are');
  // An app believes nobody else: a manifest by a foreign key would stop every installation at once.
  for (const key of keys)
    if (!keysOfApp.includes(publicKeyText(key)))
      throw new Error(`the app knows no key ${publicKeyText(key)}: see electron/main/updates/release.json`);
  const issued = new Date();
  const days = whole('--days', values.days, 1, MOST_DAYS);
  const texts = await manifestsFor(values.dir, {
    version: values.version ?? versionOfPackage(),
    channel: values.channel,
    issued,
    expires: new Date(issued.getTime() + days * DAY_MS),
    rollout: whole('--rollout', values.rollout, 0, 100),
    ...(values.notes !== undefined && { notesUrl: values.notes }),
  });
  for (const [name, text] of texts) {
    const signature = signatureFile(Buffer.from(text), keys);
    checkSignature(Buffer.from(text), Buffer.from(signature), keysOfApp);
    writeFileSync(join(values.dir, name), text);
    writeFileSync(join(values.dir, `${name}.sig`), signature);
  }
  return [...texts.keys()];
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  // Of an empty text `Number` makes 0, and a rollout of 0 stops a release.
  if (!/^\d{1,9}$/.test(text) || value < least || value > most)
    throw new Error(`${name}: a whole number from ${least} to ${most}, not "${text}"`);
  return value;
}

function versionOfPackage(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}

if (import.meta.main) {
  try {
    const written = await releaseManifest(process.argv.slice(2), process.env);
    process.stdout.write(`signed: ${written.join(', ')}\n`);
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`);
    process.exitCode = 1;
  }
}
