import type { WebFrameMain } from 'electron';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import {
  contract,
  coreContract,
  mainContract,
  type ChannelName,
  type MainContract,
} from '../../../shared/ipc/contract/contract.ts';
import { WHILE_LOCKED } from '../../../shared/ipc/contract/lock.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { answerCall, senderRefusal, serveIpc, type IpcOptions, type Sender } from './ipc.ts';

const handled = vi.hoisted(() => new Map<string, unknown>());
vi.mock('electron', () => ({
  ipcMain: { handle: (name: string, handler: unknown) => handled.set(name, handler) },
}));

const OWN_WINDOW = 7;

function sender(change: { id?: number; url?: string; parent?: object; gone?: boolean } = {}): Sender {
  const frame = {
    url: change.url ?? 'app://wukong/index.html',
    parent: change.parent ?? null,
  } as unknown as WebFrameMain;
  return {
    sender: { id: change.id ?? OWN_WINDOW } as Sender['sender'],
    senderFrame: change.gone ? null : frame,
  };
}

const calls: [string, unknown][] = [];
const logged: string[] = [];

function options(shell: Partial<Record<keyof MainContract, (args: never) => unknown>> = {}): IpcOptions {
  const everything = Object.fromEntries(
    Object.keys(mainContract).map((name) => [
      name,
      (args: unknown) => {
        calls.push([name, args]);
        return null;
      },
    ]),
  );
  return {
    isTrusted: (id) => id === OWN_WINDOW,
    shell: { ...everything, ...shell } as unknown as Handlers<MainContract>,
    async core(channel, args) {
      calls.push([channel, args]);
      return { ok: true, value: 'from the worker' };
    },
    log: (_level, message) => logged.push(message),
  };
}

beforeEach(() => {
  calls.length = 0;
  logged.length = 0;
  handled.clear();
});

describe('who may call', () => {
  it.each([
    ['a foreign web contents', { id: 8 }],
    ['a page of the web', { url: 'https://wukong/index.html' }],
    ['another host of the own scheme', { url: 'app://evil/index.html' }],
    ['an address that only starts alike', { url: 'app://wukong.evil/index.html' }],
    ['an address with the host as user name', { url: 'app://wukong@evil/index.html' }],
    ['about:blank', { url: 'about:blank' }],
    ['no address', { url: '' }],
    ['a frame inside the page', { parent: {} }],
    ['a frame that is gone', { gone: true }],
  ])('refuses %s on every channel, before any handler', async (_name, change) => {
    for (const channel of Object.keys(contract) as ChannelName[]) {
      await expect(answerCall(options(), channel, sender(change), undefined)).rejects.toThrow(
        `${channel}: refused`,
      );
    }
    expect(calls).toEqual([]);
    expect(logged).toHaveLength(Object.keys(contract).length);
  });

  it('lets the main frame of an own window call', () => {
    expect(senderRefusal(sender(), (id) => id === OWN_WINDOW)).toBeNull();
    expect(senderRefusal(sender({ url: 'app://wukong/index.html#settings' }), () => true)).toBeNull();
  });
});

describe('arguments', () => {
  it.each([42, 'text', [], null, { channel: 1 }, { channel: { channelId: '', channelType: 0 } }])(
    'answers badArgument for %j on every channel that takes something else',
    async (garbage) => {
      for (const channel of Object.keys(contract) as ChannelName[]) {
        if (contract[channel].args.safeParse(garbage).success) continue;
        const answer = await answerCall(options(), channel, sender(), garbage);
        expect(answer).toMatchObject({ ok: false, code: 'badArgument' });
      }
      expect(calls).toEqual([]);
    },
  );

  it('names the field and never its value', async () => {
    const answer = await answerCall(options(), 'signIn.login', sender(), {
      server: 'http://x',
      username: 'u',
      password: { secret: 'hunter2' },
      keepSignedIn: true,
    });
    expect(answer).toMatchObject({ code: 'badArgument', field: 'password' });
    expect(JSON.stringify(answer) + logged.join()).not.toContain('hunter2');
  });

  it('drops what the contract does not know before a handler sees it', async () => {
    await answerCall(options(), 'shell.copyText', sender(), { text: 'a', extra: 1 });
    expect(calls).toEqual([['shell.copyText', { text: 'a' }]]);
  });
});

describe('answers', () => {
  it('forwards core channels to the worker', async () => {
    const answer = await answerCall(options(), 'search.query', sender(), {
      text: '悟空',
      channel: null,
      cursor: null,
      limit: 20,
      fromUid: null,
      since: null,
      until: null,
    });
    expect(answer).toEqual({ ok: true, value: 'from the worker' });
    expect(calls[0]?.[0]).toBe('search.query');
  });

  it('are given for the account that a call names, else for the one on the screen', async () => {
    const asked: unknown[] = [];
    const parts: IpcOptions = {
      ...options({
        'shell.signOut': (...args: unknown[]) => {
          asked.push(['signOut', args[1]]);
          return { session: 'none' };
        },
      }),
      async core(_channel, _args, account) {
        asked.push(account);
        return { ok: true, value: null };
      },
      account: () => 'on screen',
    };
    for (const account of ['other', undefined, null, 7, { id: 'x' }])
      await answerCall(parts, 'core.bootstrap', sender(), undefined, account);
    await answerCall(parts, 'shell.signOut', sender(), undefined, 'other');
    expect(asked).toEqual([
      'other',
      'on screen',
      'on screen',
      'on screen',
      'on screen',
      ['signOut', 'other'],
    ]);
  });

  it('turns coded errors into their code and others into `internal`', async () => {
    const coded = options({
      'signIn.login': () => {
        throw new CodedError('credentials', '密码不正确', 'password');
      },
      'shell.signOut': () => Promise.reject(new Error('disk on fire')),
    });
    const form = { server: 's', username: 'u', password: 'p', keepSignedIn: false };
    expect(await answerCall(coded, 'signIn.login', sender(), form)).toEqual({
      ok: false,
      code: 'credentials',
      message: '密码不正确',
      field: 'password',
    });
    expect(await answerCall(coded, 'shell.signOut', sender(), undefined)).toMatchObject({ code: 'internal' });
    expect(logged).toEqual(['IPC shell.signOut failed: disk on fire']);
  });

  it('serves exactly the channels of the contract', () => {
    serveIpc(options());
    expect([...handled.keys()].sort()).toEqual(
      [...Object.keys(mainContract), ...Object.keys(coreContract)].sort(),
    );
  });
});

const SAMPLES: Partial<Record<ChannelName, unknown>> = {
  'lock.unlock': { passcode: '1234' },
  'lock.choose': { passcode: '1234' },
  'lock.now': { place: null },
};

describe('while the app is locked', () => {
  it('answers what opens the lock and nothing else, whatever is asked and how', async () => {
    const locked = { ...options(), isLocked: () => true };
    const answered: string[] = [];
    for (const channel of Object.keys(contract) as ChannelName[]) {
      const result = await answerCall(locked, channel, sender(), SAMPLES[channel]);
      if (result.ok || result.code !== 'locked') answered.push(channel);
    }
    expect(answered.sort()).toEqual([...WHILE_LOCKED].sort());
    expect(calls.map(([name]) => name).sort()).toEqual([...WHILE_LOCKED].sort());
  });

  it('gives no answer away that was on its way when it was locked', async () => {
    let isLocked = false;
    const answering: IpcOptions = {
      ...options(),
      isLocked: () => isLocked,
      async core() {
        isLocked = true;
        return { ok: true, value: 'words' };
      },
    };
    expect(await answerCall(answering, 'core.bootstrap', sender(), undefined)).toMatchObject({
      ok: false,
      code: 'locked',
    });
  });
});
