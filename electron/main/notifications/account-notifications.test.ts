import { beforeEach, expect, it, vi } from 'vitest';
import type { ChannelRef } from '../../../shared/domain.ts';
import { defaultSettings } from '../../../shared/settings.ts';
import type { NotificationCandidate } from '../../../shared/ipc/worker-protocol.ts';
import { AccountNotifications } from './account-notifications.ts';

interface Shown {
  title: string;
  body: string;
  emit: (name: string, ...args: unknown[]) => void;
}
const screen = vi.hoisted(() => ({ shown: [] as Shown[] }));
vi.mock('electron', async () => {
  const { EventEmitter } = await import('node:events');
  class Notification extends EventEmitter {
    static isSupported = (): boolean => true;
    constructor(options: object) {
      super();
      Object.assign(this, options);
    }
    show(): void {
      screen.shown.push(this as unknown as Shown);
    }
    close(): void {
      screen.shown = screen.shown.filter((other) => (other as unknown) !== this);
      this.emit('close');
    }
  }
  return { Notification };
});

const group: ChannelRef = { channelId: 'g', channelType: 2 };
const message = (seq: number): NotificationCandidate => ({
  channel: group,
  messageKey: `k${seq}`,
  messageSeq: seq,
  title: 'Group',
  sender: '',
  text: `text ${seq}`,
  contentKind: 'text',
  level: 'all',
  pinned: false,
  mentionsMe: false,
});

let names: Map<string, string>;
let muted: string | null;
let told: unknown[];
let focused: ChannelRef | null;
let notifications: AccountNotifications;
const titles = (): string[] => screen.shown.map(({ title }) => title);

beforeEach(() => {
  screen.shown = [];
  names = new Map([
    ['a', 'Anna'],
    ['b', '家里'],
  ]);
  muted = null;
  told = [];
  focused = null;
  notifications = new AccountNotifications({
    settings: () => defaultSettings,
    language: () => 'en',
    current: () => 'a',
    nameOf: (account) => (names.size > 1 ? (names.get(account) ?? null) : null),
    isMuted: (account) => account === muted,
    focusedChannel: () => focused,
    open: (account, { channelId }, seq) => told.push(['open', account, channelId, seq]),
    openList: (account) => told.push(['list', account]),
    reply: (account, { channel, keys }, text) =>
      told.push(['reply', account, channel.channelId, ...keys, text]),
    remindInPage: () => undefined,
    attract: () => undefined,
    calm: () => told.push('calm'),
  });
});

it('the title says whose it is where there are several accounts', () => {
  notifications.of('a').announce(message(1));
  notifications.of('b').announce(message(1));
  expect(titles()).toEqual(['Group · Anna', 'Group · 家里']);
  names.delete('b');
  notifications.of('a').announce(message(2));
  expect(titles().at(-1)).toBe('Group');
});

it('a click and a reply lead to the account that was told of', () => {
  notifications.of('b').announce(message(7));
  screen.shown[0]?.emit('click');
  screen.shown[0]?.emit('reply', { reply: 'on my way' });
  expect(told).toEqual([
    ['open', 'b', 'g', 7],
    ['reply', 'b', 'g', 'k7', 'on my way'],
  ]);
});

it('what somebody looks at is told of in another account all the same; a muted account is silent', () => {
  focused = group;
  notifications.of('a').announce(message(1));
  notifications.of('b').announce(message(1));
  expect(titles()).toEqual(['Group · 家里']);
  muted = 'b';
  notifications.of('b').announce(message(2));
  expect(titles()).toHaveLength(1);
});

it('the same message of two accounts is two notifications, each withdrawn by its own account', () => {
  notifications.of('a').announce(message(1));
  notifications.of('b').announce(message(1));
  expect([notifications.announced('a'), notifications.announced('b'), notifications.announced(null)]).toEqual(
    [[{ channel: group, messageKey: 'k1' }], [{ channel: group, messageKey: 'k1' }], []],
  );
  notifications.of('a').withdraw(group, ['k1'], null);
  expect([titles(), told]).toEqual([['Group · 家里'], []]);
  notifications.of('b').withdraw(group, ['k1'], null);
  expect([titles(), told]).toEqual([[], ['calm']]);
});

it('with its account all of them go, and those of others stay', () => {
  notifications.of('a').announce(message(1));
  notifications.of('b').announce(message(2));
  notifications.forget('b');
  expect(titles()).toEqual(['Group · Anna']);
  notifications.withdrawAll();
  expect(titles()).toEqual([]);
});
