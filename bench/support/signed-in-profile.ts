/** A profile whose account opens by itself and has messages cached; its server is gone. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { launchApp } from '../../e2e/fixtures/app/launch-app.ts';
import type { TestServers } from '../../e2e/fixtures/app/servers.ts';
import type { Runtime } from '../../scripts/runtime.ts';

/** Registers somebody in it, keeps the token, empties the account's folder; answers that folder. */
export async function signedInProfile(
  runtime: Runtime,
  userDataDir: string,
  server: TestServers['api'],
  username: string,
): Promise<string> {
  const app = await launchApp(runtime, { userDataDir, lang: 'zh' });
  const page = await app.firstWindow();
  await page.getByLabel('服务器地址').waitFor();
  const form = { username, password: 'bench-password-1', name: '冷启动', server, keepSignedIn: true };
  const id = await page.evaluate<string>(
    `window.wukong.invoke('signIn.register', ${JSON.stringify(form)}).then((r) => r.ok ? r.value.account.id : Promise.reject(new Error(r.message)))`,
  );
  await page.getByLabel('服务器地址').waitFor({ state: 'hidden' });
  await app.close();
  const folder = join(userDataDir, 'accounts', id);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
