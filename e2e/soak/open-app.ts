/** The app as its user has it open: a window that can be used, and a process group that can be killed at once. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Runtime } from '../../scripts/runtime.ts';
import { type AppHandle, launchApp } from '../fixtures/app/launch-app.ts';
import { ChatPage } from '../fixtures/people/chat-page.ts';
import { killGroup, rememberGroup } from './app-process.ts';

/** Line of the log: `[sync 8ccf29] in sync`, with the mark of the account. */
export const IN_SYNC = /\[sync[^\]]*\] in sync/;
const IN_SYNC_MS = 60_000;

export class OpenApp {
  readonly chat: ChatPage;
  readonly #handle: AppHandle;
  readonly #group: number;

  private constructor(handle: AppHandle, group: number, chat: ChatPage) {
    this.#handle = handle;
    this.#group = group;
    this.chat = chat;
  }

  /** On the profile as it is; `server` prefills the form where nobody has signed in yet. */
  static async launch(runtime: Runtime, userDataDir: string, server: string): Promise<OpenApp> {
    const handle = await launchApp(runtime, {
      userDataDir,
      server,
      env: { WUKONG_LOG: '1' },
      ownGroup: true,
    });
    const group = rememberGroup(handle.process());
    return new OpenApp(handle, group, new ChatPage(await handle.firstWindow()));
  }

  get app(): AppHandle {
    return this.#handle;
  }

  async untilInSync(): Promise<void> {
    const deadline = performance.now() + IN_SYNC_MS;
    while (!IN_SYNC.test(this.#handle.output())) {
      if (performance.now() > deadline)
        throw new Error(`not in sync after a start:\n${this.#handle.output()}`);
      await delay(20);
    }
  }

  /** Quits as the user would. */
  async close(): Promise<void> {
    await this.#handle.close();
    // Its number is nobody's now: it must not be killed at the end, when it may be somebody else's.
    await killGroup(this.#group);
  }

  async kill(): Promise<void> {
    await killGroup(this.#group);
    // Lets go of the debugging connection.
    await this.#handle.kill();
  }
}
