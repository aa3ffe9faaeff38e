/**
 * TSDD's own web client, built and unchanged, in a Chromium: its files from a folder, `/api/` passed on to the server
 * as the nginx of its image does. Its classes are those of TangSengDaoDaoWeb 8083c86.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright';
import { expect } from 'playwright/test';
import { findChromium } from '../../scripts/chromium.ts';
import { PASSWORD } from '../fixtures/people/world.ts';

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

async function serve(folder: string, api: string): Promise<Server> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, answer) => {
    const { pathname } = new URL(incoming.url ?? '/', 'http://localhost');
    if (pathname.startsWith('/api/')) {
      const { method, headers, url = '' } = incoming;
      const onward = request(`${api}${url.slice('/api'.length)}`, { method, headers, agent }, (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      });
      onward.on('error', () => answer.destroy());
      incoming.pipe(onward);
      return;
    }
    const named = join(folder, pathname);
    const file = existsSync(named) && statSync(named).isFile() ? named : join(folder, 'index.html');
    answer.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    answer.end(readFileSync(file));
  });
  server.on('close', () => agent.destroy());
  await new Promise<void>((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
  return server;
}

export class WebClient {
  readonly page: Page;
  readonly #browser: Browser;
  readonly #server: Server;

  private constructor(page: Page, browser: Browser, server: Server) {
    this.page = page;
    this.#browser = browser;
    this.#server = server;
  }

  /** Signs in by a phone number of China. `folder`: the client as its build leaves it. */
  static async signIn(folder: string, api: string, phone: string): Promise<WebClient> {
    const server = await serve(folder, api);
    const browser = await chromium.launch({
      executablePath: findChromium(false) ?? '',
      chromiumSandbox: false,
      args: ['--disable-gpu', '--no-proxy-server', '--autoplay-policy=no-user-gesture-required'],
    });
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'zh-CN' });
    // A click on what is not there fails by itself, not with the whole spec.
    page.setDefaultTimeout(15_000);
    const client = new WebClient(page, browser, server);
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await page.getByPlaceholder('手机号').fill(phone);
    await page.getByPlaceholder('密码').fill(PASSWORD);
    await page.locator('button.wk-login-content-form-ok').click();
    await expect(page.locator('.wk-conversationlist-item').first()).toBeVisible({ timeout: 40_000 });
    return client;
  }

  get flow(): Locator {
    return this.page.locator('.wk-conversation-messages');
  }
  /** The lines in place of what was recalled. */
  get tips(): Locator {
    return this.flow.getByText(/撤回了一条消息/);
  }

  conversation(name: string): Locator {
    return this.page.locator('.wk-conversationlist-item').filter({ hasText: name });
  }

  async openChat(name: string): Promise<void> {
    await this.conversation(name).click();
    await expect(this.flow).toBeVisible();
  }

  async send(text: string): Promise<void> {
    const box = this.page.locator('.wk-messageinput-box').locator('[contenteditable], textarea').first();
    await box.click();
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
    await expect(this.flow.getByText(text).last()).toBeVisible();
  }

  /** By the menu that a right click on `message` opens. */
  async choose(message: Locator, item: string): Promise<void> {
    await message.click({ button: 'right' });
    await this.page.locator('.wk-contextmenus-open').getByText(item, { exact: true }).click();
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
