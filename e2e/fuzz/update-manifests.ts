/**
 * Manifests and signatures of updates with a few bytes changed. Signed or not, what is no manifest ends in a failure
 * that has a name, and no changed byte goes unnoticed.
 */
import * as fc from 'fast-check';
import { readManifest } from '../../electron/main/updates/manifest.ts';
import { checkSignature } from '../../electron/main/updates/manifest-signature.ts';
import { UpdateError } from '../../electron/main/updates/update-error.ts';
import { manifestText } from '../../scripts/release/manifest-text.ts';
import { signatureFile } from '../../scripts/release/signing-keys.ts';
import { testKey } from '../fixtures/updates/update-feed.ts';
import { spoiltBytes } from './mutate.ts';
import { checkEach, type Target } from './target.ts';

const NAME = 'latest-linux.yml';
const file = (name: string) => ({ name, size: 1_000, sha512: `${'A'.repeat(86)}==` });
const TEXT = Buffer.from(
  manifestText(NAME, [file('WuKong-0.2.0-x86_64.AppImage'), file('wukong_0.2.0_amd64.deb')], {
    version: '0.2.0',
    channel: 'latest',
    issued: new Date('2026-01-01T00:00:00Z'),
    expires: new Date('2026-02-01T00:00:00Z'),
    rollout: 10,
    notesUrl: 'https://wukong.example/notes',
  }),
);

/** Whether `read` takes it; throws for any end but a named failure. */
function isTaken(read: () => void): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof UpdateError) return false;
    throw error;
  }
}

const form: Target = {
  name: 'manifests of updates',
  share: 2,
  run: (run) =>
    checkEach(spoiltBytes([TEXT]), run, (bytes) => {
      let files: string[] = [];
      if (!isTaken(() => (files = readManifest(bytes, NAME).files.map(({ url }) => url)))) return;
      const odd = files.find((name) => /[/\\:?#%\s]|\.\.|^\./.test(name));
      if (odd !== undefined) throw new Error(`a file of a manifest is called ${odd}`);
    }),
};

const signature: Target = {
  name: 'signatures of updates',
  share: 2,
  run(run) {
    const { privateKey, publicKey } = testKey();
    const good = Buffer.from(signatureFile(TEXT, [privateKey]));
    const cases = fc.tuple(spoiltBytes([TEXT]), spoiltBytes([good]));
    return checkEach(cases, run, ([text, signed]) => {
      const same = text.equals(TEXT);
      if (isTaken(() => checkSignature(text, good, [publicKey])) && !same)
        throw new Error('a changed manifest has a good signature');
      if (isTaken(() => checkSignature(text, signed, [publicKey])) && !same)
        throw new Error('a changed manifest and a changed signature go together');
    });
  },
};

export const updateTargets: readonly Target[] = [form, signature];
