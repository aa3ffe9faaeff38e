/** What the shell says while its first answer is on its way. */
import { beforeEach, expect, test, vi } from 'vitest';
import type { AccountOnRail } from '../../shared/ipc/contract/accounts.ts';
import type { ShellState } from '../../shared/ipc/contract/shell.ts';
import { defaultSettings } from '../../shared/settings.ts';
import { restartSession, startSession } from './session-lifecycle.ts';
import { useSession } from './session/session-store.ts';

const bridge = vi.hoisted(() => {
  const asked: { channel: string; answer: (value: unknown) => void }[] = [];
  const listeners = new Map<string, (payload: unknown) => void>();
  const element = { dataset: {}, style: { setProperty: () => undefined }, lang: '' };
  Object.assign(globalThis, {
    HTMLElement: Object,
    document: { activeElement: null, documentElement: element },
    window: {
      location: { search: '' },
      setInterval: () => 1,
      setTimeout: () => 1,
      addEventListener: () => undefined,
      matchMedia: () => ({ matches: false, addEventListener: () => undefined }),
      wukong: {
        invoke: (channel: string) => new Promise((answer) => void asked.push({ channel, answer })),
        on: (event: string, listener: (payload: unknown) => void) => {
          listeners.set(event, listener);
          return () => undefined;
        },
      },
    },
  });
  return { asked, listeners };
});
vi.mock('./window/appearance.ts', () => ({ applyAppearance: () => undefined }));
vi.mock('../ui/toast.tsx', () => ({ showToast: () => undefined }));
vi.mock('../ui/tones.ts', () => ({ playTone: () => undefined }));

const account = (unread: number): AccountOnRail => ({ id: 'b', unread }) as AccountOnRail;
const shell = (unread: number): ShellState =>
  ({
    account: null,
    accounts: [account(unread)],
    settings: defaultSettings,
    language: 'zh',
    chatWindows: [],
  }) as never;
const say = (event: string, payload: unknown): void => bridge.listeners.get(event)?.(payload);
async function answer(channel: string, result: unknown): Promise<void> {
  const at = bridge.asked.findIndex((each) => each.channel === channel);
  const [question] = bridge.asked.splice(at, at < 0 ? 0 : 1);
  if (!question) throw new Error(`${channel} was not asked`);
  question.answer(result);
  await new Promise((done) => setTimeout(done));
}
const unread = () => useSession.getState().shell?.accounts[0]?.unread;

let isStarted = false;
beforeEach(() => {
  bridge.asked.length = 0;
  if (isStarted) void restartSession();
  else startSession();
  isStarted = true;
});

test('what is said of the accounts meanwhile stands over an older answer, whatever is said last', async () => {
  say('accounts.changed', [account(1)]);
  await answer('shell.begin', { ok: true, value: { shell: shell(0), account: null } });
  expect(unread()).toBe(1);

  void restartSession();
  say('accounts.changed', [account(2)]);
  say('shell.changed', shell(3));
  await answer('shell.begin', { ok: true, value: { shell: shell(0), account: null } });
  expect(unread()).toBe(3);
});

test('an app that is opened again while the page asks what its lock shows is not shown as locked', async () => {
  await answer('shell.begin', { ok: false, code: 'locked', message: 'locked' });
  say('lock.changed', 'unlocked');
  await answer('lock.state', { ok: true, value: { language: 'zh' } });
  expect(useSession.getState().phase).toBe('starting');
  await answer('shell.begin', { ok: true, value: { shell: shell(5), account: null } });
  expect([useSession.getState().phase, unread()]).toEqual(['signedOut', 5]);
});
