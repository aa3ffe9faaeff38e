/**
 * `npm run release:keys -- FILE`: makes one key pair for update manifests (docs/release.md, key ceremony). The private
 * key goes into FILE, which must not exist yet, and is never printed; the public key is.
 */
import { generateKeyPairSync, createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { errorCode, reasonOf } from '../../shared/errors.ts';
import { publicKeyText } from './signing-keys.ts';

/** Throws when the file is there already. Returns what may be shown. */
export function makeKeys(
  path: string,
  passphrase: string | undefined,
): { publicKey: string; fingerprint: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    ...(passphrase !== undefined && { cipher: 'aes-256-cbc', passphrase }),
  });
  try {
    writeFileSync(path, pem, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const code = errorCode(error);
    throw new Error(
      code === 'EEXIST'
        ? `${path} is there already, and is not overwritten (EEXIST)`
        : `${path} cannot be written (${code || reasonOf(error)})`,
      { cause: error },
    );
  }
  const publicKey = publicKeyText(privateKey);
  const fingerprint = createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex');
  return { publicKey, fingerprint: fingerprint.replaceAll(/(.{4})(?=.)/g, '$1 ') };
}

if (import.meta.main) {
  const [path, ...others] = process.argv.slice(2);
  if (path === undefined || others.length > 0 || path.startsWith('-')) {
    process.stderr.write('usage: npm run release:keys -- FILE (the private key is written there)\n');
    process.exit(2);
  }
  const passphrase = process.env['WUKONG_UPDATE_SIGNING_PASSPHRASE'] || undefined;
  try {
    const { publicKey, fingerprint } = makeKeys(path, passphrase);
    process.stdout.write(
      `private key: ${path}${passphrase === undefined ? ' (not encrypted: keep it on no disk)' : ''}\n` +
        `public key, for electron/main/updates/release.json: ${publicKey}\n` +
        `SHA-256 of it, to be read aloud: ${fingerprint}\n`,
    );
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n`);
    process.exitCode = 1;
  }
}
