/** How the stand-in starts Chromium where its sandbox cannot be made, and what it says where it cannot start at all. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { startChromium } from './chromium-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'wk-chromium-'));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** A program in Chromium's place: says `refusal` and ends where it shall have a sandbox, answers where not. */
function chromiumThat(refusal: string, always = false): void {
  const path = join(folder, 'chromium.mjs');
  writeFileSync(
    path,
    `#!${process.execPath}
import { createReadStream, writeSync } from 'node:fs';
if (${String(always)} || !process.argv.includes('--no-sandbox')) {
  process.stderr.write('a line before\\n' + ${JSON.stringify(refusal)} + '\\n#0 0x55 a line of the stack\\n\\n#1 0x56\\n#2 0x57\\n');
  process.exitCode = 1;
} else
  createReadStream('', { fd: 3 }).on('data', (data) => {
    for (const text of data.toString().split('\\0').filter(Boolean)) {
      const { id, method } = JSON.parse(text);
      writeSync(4, JSON.stringify({ id, result: { product: 'Chrome/0' } }) + '\\0');
      if (method === 'Browser.close') process.exit();
    }
  });
`,
  );
  chmodSync(path, 0o755);
  vi.stubEnv('CHROMIUM_PATH', path);
}

const OPTIONS = {
  userDataDir: folder,
  headless: true,
  debuggingPort: null,
  language: 'en',
  firstWindow: null,
  sandbox: true,
};
const REFUSAL = '[1:1:FATAL:zygote_host_impl_linux.cc(130)] No usable sandbox! If this is a Debian system …';

test('where no sandbox can be made Chromium is started without, and that is said', async () => {
  chromiumThat(REFUSAL);
  const said = vi.spyOn(console, 'error').mockReturnValue();
  const chromium = await startChromium(OPTIONS);
  expect(await chromium.cdp.send('Browser.getVersion')).toEqual({ product: 'Chrome/0' });
  expect(said.mock.calls).toEqual([[expect.stringContaining('without its sandbox')]]);
  await chromium.close();
});

test('why it cannot be started is said, and it is not tried again', async () => {
  chromiumThat('[1:1:FATAL] Cannot open the profile', true);
  const said = vi.spyOn(console, 'error').mockReturnValue();
  await expect(startChromium(OPTIONS)).rejects.toThrow(
    /^Chromium ended: \[1:1:FATAL\] Cannot open the profile$/,
  );
  expect(said).not.toHaveBeenCalled();
  chromiumThat(REFUSAL, true);
  await expect(startChromium({ ...OPTIONS, sandbox: false })).rejects.toThrow('No usable sandbox');
});
