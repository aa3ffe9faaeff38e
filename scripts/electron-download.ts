/** Run by runtime.ts: downloads Electron's runtime, percent on stdout, then lets the package's own script unpack it. */
import { electronRequire } from './runtime.ts';
import { reasonOf } from '../shared/errors.ts';

interface Downloader {
  downloadArtifact: (options: {
    version: string;
    artifactName: string;
    platform: string;
    arch: string;
    checksums: unknown;
    downloadOptions: { getProgressCallback: (progress: { percent: number }) => Promise<void> };
  }) => Promise<string>;
}

const load = electronRequire();
const { downloadArtifact } = load('@electron/get') as Downloader;
const { version } = load('./package.json') as { version: string };

try {
  await downloadArtifact({
    version,
    artifactName: 'electron',
    platform: process.platform,
    arch: process.arch,
    checksums: load('./checksums.json'),
    downloadOptions: {
      async getProgressCallback({ percent }) {
        process.stdout.write(`${Math.round(percent * 100)}\n`);
      },
    },
  });
  // Finds the file in the cache and unpacks it.
  load('./install.js');
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exitCode = 1;
}
