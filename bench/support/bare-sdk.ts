/**
 * Loads wukongimjssdk 1.0.4 as published. Plain Node cannot (extensionless ESM), so it is bundled to a temporary file.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

/** The part of the SDK the benchmarks use. */
export interface BareSdk {
  Proto: new () => { decode(data: Uint8Array): unknown };
  SecurityManager: {
    shared(): {
      aesKey: string;
      aesIV: string;
      encryption(text: string): string;
      decryption(cipher: Uint8Array): Uint8Array;
    };
  };
  Md5: { init(text: string): string };
}

export async function loadBareSdk(): Promise<BareSdk> {
  const folder = mkdtempSync(join(tmpdir(), 'wukong-bench-'));
  const entry = join(folder, 'entry.mjs');
  const sdk = join(import.meta.dirname, '../../node_modules/wukongimjssdk/lib');
  writeFileSync(
    entry,
    [
      `export { default as Proto } from ${JSON.stringify(join(sdk, 'proto.js'))};`,
      `export { SecurityManager } from ${JSON.stringify(join(sdk, 'security.js'))};`,
      `export { Md5 } from ${JSON.stringify(join(sdk, '../../md5-typescript/dist/index.js'))};`,
    ].join('\n'),
  );
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: entry,
      outDir: join(folder, 'out'),
      minify: false,
      rollupOptions: { output: { entryFileNames: 'sdk.mjs' } },
    },
    ssr: { noExternal: true },
  });
  return (await import(pathToFileURL(join(folder, 'out/sdk.mjs')).href)) as BareSdk;
}
