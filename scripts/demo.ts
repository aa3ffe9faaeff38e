/**
 * `npm run demo`: two of the demo accounts chat and recall in the real app, without a display. Pictures and a list of
 * the steps go to demo-output/; it succeeds only if each step was seen on the screen.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { reasonOf } from '../shared/errors.ts';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ChatPage, expectNowhere } from '../e2e/fixtures/people/chat-page.ts';
import { expect } from '../e2e/fixtures/people/expect.ts';
import { launchApp, type AppHandle } from '../e2e/fixtures/app/launch-app.ts';
import {
  expectShown,
  images,
  pick,
  picture,
  recallAttached,
  sendAttached,
  viewer,
} from '../e2e/fixtures/people/media.ts';
import { startTestServers, type TestServers } from '../e2e/fixtures/app/servers.ts';
import { buildIfNeeded } from './build.ts';
import { DEMO_OUTPUT } from './paths.ts';
import { chooseRuntime, type Runtime } from './runtime.ts';

/** As `--seed demo` makes them (README). */
const DEMO_PASSWORD = 'wukong123';
const YINUO = { username: 'xuyinuo1', name: '许一诺' };
const ZHIXIA = { username: 'linzhixia', name: '林知夏' };
const GROUP = '悟空桌面端研发';
const WRONG = '客户合同编号 WK-7714（发错群了）';

/** The size of the pictures in docs/images. */
const PICTURE_SIZE = { width: 1280, height: 800 };

interface Stage {
  api: string;
  servers: TestServers;
  yinuo: ChatPage;
  zhixia: ChatPage;
}

/** `pictures` are taken after the step, by name of the window. */
interface Step {
  title: string;
  pictures: readonly ('yinuo' | 'zhixia')[];
  /** The first picture is also kept under this name, as one of the pictures of the README. */
  screen?: string;
  act: (stage: Stage) => Promise<void>;
}

const STEPS: readonly Step[] = [
  {
    title: 'The sign-in form finds the server',
    pictures: ['yinuo'],
    screen: 'login',
    async act({ api, yinuo }) {
      await yinuo.page.getByLabel('服务器地址').fill(api);
      await expect(yinuo.page.getByText('支持撤回')).toBeVisible();
      await yinuo.page.getByLabel('用户名', { exact: true }).fill(YINUO.username);
      await yinuo.page.getByLabel('密码', { exact: true }).fill(DEMO_PASSWORD);
    },
  },
  {
    title: 'Both sign in and see their conversations',
    pictures: ['yinuo', 'zhixia'],
    async act({ api, yinuo, zhixia }) {
      await yinuo.signIn(api, YINUO.username, DEMO_PASSWORD);
      await zhixia.signIn(api, ZHIXIA.username, DEMO_PASSWORD);
      await expect(yinuo.conversation(GROUP)).toBeVisible();
      await expect(zhixia.conversation(GROUP)).toBeVisible();
    },
  },
  {
    title: 'A message in the group arrives in the other window',
    pictures: ['yinuo', 'zhixia'],
    screen: 'main-light-zh',
    async act({ yinuo, zhixia }) {
      await yinuo.openChat(GROUP);
      await zhixia.openChat(GROUP);
      for (const chat of [yinuo, zhixia]) await expectShown(images(chat).last());
      await yinuo.sendAcked(WRONG);
      await expect(zhixia.bubble(WRONG)).toBeVisible();
    },
  },
  {
    title: 'The menu offers recall with the time left',
    pictures: ['yinuo'],
    screen: 'context-menu',
    async act({ yinuo }) {
      const menu = await yinuo.openMenu(WRONG);
      const item = menu.getByRole('menuitem', { name: /^撤回/ });
      await expect(item).toContainText(/\d:\d\d/);
      await item.hover();
    },
  },
  {
    title: 'After the recall the text is nowhere in either window',
    pictures: ['zhixia', 'yinuo'],
    screen: 'recalled',
    async act({ yinuo, zhixia }) {
      await yinuo.page.keyboard.press('Escape');
      await yinuo.recall(WRONG);
      await expect(yinuo.tip('你撤回了一条消息').last()).toBeVisible();
      await expect(zhixia.tip(YINUO.name).last()).toBeVisible();
      await expectNowhere(WRONG, yinuo.page, zhixia.page);
    },
  },
  {
    title: 'The author edits it again and sends the corrected text',
    pictures: ['yinuo', 'zhixia'],
    async act({ yinuo, zhixia }) {
      await yinuo.flow.getByRole('button', { name: '重新编辑' }).last().click();
      await expect(yinuo.composer).toHaveValue(/WK-7714/);
      const corrected = '合同已通过邮件发给客户，群里不再贴编号。';
      await yinuo.composer.fill(corrected);
      await yinuo.composer.press('Enter');
      await expect(zhixia.bubble(corrected)).toBeVisible();
    },
  },
  {
    title: 'A picture is recalled while the other side looks at it: the viewer closes',
    pictures: ['zhixia', 'yinuo'],
    async act({ yinuo, zhixia }) {
      const before = await images(zhixia).count();
      await pick(yinuo, 'image', picture('chart.png'));
      await sendAttached(yinuo);
      await expect(images(zhixia)).toHaveCount(before + 1);
      await images(zhixia).last().getByRole('button').click();
      await expectShown(viewer(zhixia));
      await recallAttached(yinuo, images(yinuo).last());
      await expect(viewer(zhixia)).toHaveCount(0);
      await expect(zhixia.page.getByText('图片已被撤回，预览已关闭')).toBeVisible();
    },
  },
  {
    title: 'A manager recalls a message of a member',
    pictures: ['yinuo', 'zhixia'],
    async act({ yinuo, zhixia }) {
      const text = '午饭投票：A 面条 B 米饭（请回复）';
      await yinuo.sendAcked(text);
      await expect(zhixia.bubble(text)).toBeVisible();
      await zhixia.recallOther(text);
      await expect(yinuo.tip(ZHIXIA.name).last()).toBeVisible();
      await expectNowhere(text, yinuo.page, zhixia.page);
    },
  },
  {
    title: 'Without a network a recall says that others can still see the message, and happens later',
    pictures: ['yinuo'],
    screen: 'recall-offline',
    async act({ servers, yinuo, zhixia }) {
      const text = '服务器维护时发错的一条';
      await yinuo.sendAcked(text);
      await expect(zhixia.bubble(text)).toBeVisible();
      await servers.stop();
      await yinuo.recall(text);
      await expect(yinuo.flow.getByTestId('recall-queued')).toContainText('对方仍可看到');
    },
  },
  {
    title: 'The servers are back: the waiting recall is done on both sides',
    pictures: ['yinuo', 'zhixia'],
    async act({ servers, yinuo, zhixia }) {
      await servers.start();
      await yinuo.page
        .getByRole('button', { name: '立即重试' })
        .click({ timeout: 5_000 })
        .catch(() => undefined);
      await expect(yinuo.flow.getByTestId('recall-queued')).toHaveCount(0, { timeout: 45_000 });
      await expect(zhixia.bubble('服务器维护时发错的一条')).toHaveCount(0, { timeout: 45_000 });
      await expectNowhere('服务器维护时发错的一条', yinuo.page, zhixia.page);
    },
  },
  {
    title: 'Search finds words in all cached messages',
    pictures: ['yinuo'],
    screen: 'search',
    async act({ yinuo }) {
      await yinuo.page.keyboard.press('Control+Shift+F');
      await yinuo.page.getByRole('searchbox', { name: '搜索' }).first().fill('撤回');
      await expect(yinuo.page.locator('mark').first()).toBeVisible();
    },
  },
  {
    title: 'Group information shows members and their roles',
    pictures: ['yinuo'],
    screen: 'group-info',
    async act({ yinuo }) {
      await yinuo.page.keyboard.press('Escape');
      await yinuo.openChat(GROUP);
      await yinuo.page.keyboard.press('Control+I');
      await expect(yinuo.page.getByText('显示撤回提示')).toBeVisible();
    },
  },
  {
    title: 'Settings show the server’s recall rules',
    pictures: ['yinuo'],
    screen: 'settings',
    async act({ yinuo }) {
      await yinuo.page.keyboard.press('Control+,');
      await yinuo.page.getByText('消息撤回', { exact: true }).first().click();
      await expect(yinuo.page.getByText('服务器规则')).toBeVisible();
    },
  },
  {
    title: 'Dark theme, live',
    pictures: ['zhixia'],
    screen: 'main-dark-zh',
    async act({ zhixia }) {
      await zhixia.page.evaluate(() => window.wukong.invoke('shell.setSettings', { theme: 'dark' }));
      await expect(zhixia.page.locator('html')).toHaveAttribute('data-theme', 'dark');
    },
  },
  {
    title: 'English, live',
    pictures: ['zhixia'],
    screen: 'main-en',
    async act({ zhixia }) {
      await zhixia.page.evaluate(() =>
        window.wukong.invoke('shell.setSettings', { theme: 'light', language: 'en' }),
      );
      await expect(zhixia.page.locator('html')).toHaveAttribute('data-theme', 'light');
      await expect(zhixia.page.locator('html')).toHaveAttribute('lang', /^en/);
    },
  },
];

const say = (line: string): void => console.log(line);

/** Resolves with the exit code. */
export async function runDemo(): Promise<number> {
  const runtime = await chooseRuntime(say);
  await buildIfNeeded(say);
  await rm(DEMO_OUTPUT, { recursive: true, force: true });
  await mkdir(join(DEMO_OUTPUT, 'screens'), { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), 'wukong-demo-'));
  const servers = await startTestServers({ dataDir: join(folder, 'servers'), seed: 'demo' });
  const apps: AppHandle[] = [];
  try {
    return await playAll(runtime, servers, folder, apps);
  } finally {
    await Promise.all(apps.map((app) => app.close()));
    await servers.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

async function playAll(
  runtime: Runtime,
  servers: TestServers,
  folder: string,
  apps: AppHandle[],
): Promise<number> {
  const { api } = servers;
  const open = async (name: string): Promise<ChatPage> => {
    const app = await launchApp(runtime, { userDataDir: join(folder, name), server: api, lang: 'zh' });
    apps.push(app);
    const page = await app.firstWindow();
    await page.setViewportSize(PICTURE_SIZE);
    return new ChatPage(page);
  };
  const stage: Stage = { api, servers, yinuo: await open('yinuo'), zhixia: await open('zhixia') };

  const list: string[] = ['# Demo', ''];
  let problem: string | null = null;
  for (const [index, step] of STEPS.entries()) {
    const number = String(index + 1).padStart(2, '0');
    try {
      await step.act(stage);
    } catch (error) {
      problem = reasonOf(error);
    }
    say(`${problem === null ? '✓' : '✗'} ${number} ${step.title}`);
    list.push(`${index + 1}. ${problem === null ? 'seen' : 'NOT SEEN'}: ${step.title}`);
    for (const [position, who] of (problem === null
      ? step.pictures
      : (['yinuo', 'zhixia'] as const)
    ).entries()) {
      const name = `${number}-${who}.png`;
      // A picture of a half-faded line would show neither state.
      const picture = await stage[who].page.screenshot({
        path: join(DEMO_OUTPUT, name),
        animations: 'disabled',
      });
      if (step.screen !== undefined && problem === null && position === 0) {
        await writeFile(join(DEMO_OUTPUT, 'screens', `${step.screen}.png`), picture);
      }
      list.push(`   ![${name}](${name})`);
    }
    if (problem !== null) break;
  }
  if (problem !== null) {
    say(problem);
    list.push('', '```', problem, '```');
  }
  await writeFile(join(DEMO_OUTPUT, 'steps.md'), `${list.join('\n')}\n`);
  say(`Pictures and steps: ${DEMO_OUTPUT}`);
  return problem === null ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    process.exitCode = await runDemo();
  } catch (error) {
    console.error(reasonOf(error));
    process.exitCode = 1;
  }
}
