import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChannelRef } from '../../../shared/domain.ts';
import { defaultSettings, type Settings } from '../../../shared/settings.ts';
import type { NotificationCandidate } from '../../../shared/ipc/worker-protocol.ts';
import { Notifications } from './notifications.ts';

interface Shown {
  title: string;
  body: string;
  silent: boolean;
  emit: (name: string) => void;
}
const screen = vi.hoisted(() => ({ shown: [] as Shown[] }));
vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  class Notification extends Emitter {
    static isSupported = (): boolean => true;
    constructor(options: object) {
      super();
      Object.assign(this, options);
    }
    show(): void {
      screen.shown.push(this as unknown as Shown);
    }
    close(): void {
      screen.shown = screen.shown.filter((other) => (other as unknown as EventEmitter) !== this);
      this.emit('close');
    }
  }
  return { Notification };
});

const group: ChannelRef = { channelId: 'g1', channelType: 2 };
const other: ChannelRef = { channelId: 'g2', channelType: 2 };
let settings: Settings;
let language: 'zh' | 'en';
let focused: ChannelRef | null;
let opened: unknown[];
let notifications: Notifications;

beforeEach(() => {
  screen.shown = [];
  settings = { ...defaultSettings };
  language = 'en';
  focused = null;
  opened = [];
  notifications = new Notifications({
    settings: () => settings,
    language: () => language,
    focusedChannel: () => focused,
    open: (channel, messageSeq) => opened.push([channel.channelId, messageSeq]),
  });
});

function message(seq: number, change: Partial<NotificationCandidate> = {}): NotificationCandidate {
  return {
    channel: group,
    messageKey: `k${seq}`,
    messageSeq: seq,
    title: 'Group',
    sender: '',
    text: `text ${seq}`,
    contentKind: 'text',
    muted: false,
    mentionsMe: false,
    ...change,
  };
}
const bodies = (): string[] => screen.shown.map((notification) => notification.body);

describe('what is announced', () => {
  it('is one notification a message, once', () => {
    for (const seq of [1, 2, 2]) notifications.announce(message(seq));
    expect(bodies()).toEqual(['text 1', 'text 2']);
    expect(screen.shown[0]?.silent).toBe(false);
  });

  it.each<[string, Partial<Settings>, Partial<NotificationCandidate>, ChannelRef | null, number]>([
    ['nothing when switched off', { notifications: false }, { mentionsMe: true }, null, 0],
    ['nothing of a muted chat', {}, { muted: true }, null, 0],
    ['a mention in a muted chat', {}, { muted: true, mentionsMe: true }, null, 1],
    ['nothing of the chat in front', {}, { mentionsMe: true }, group, 0],
    ['other chats than the one in front', {}, {}, other, 1],
  ])('%s', (_name, change, candidate, front, count) => {
    settings = { ...settings, ...change };
    focused = front;
    notifications.announce(message(1, candidate));
    expect(screen.shown).toHaveLength(count);
  });

  it.each<['zh' | 'en', string[]]>([
    ['en', ['鲍勃[文件]: [File] 合同.pdf', '[Image]', '[Voice]', '[Unsupported message type]']],
    ['zh', ['鲍勃[文件]: [文件] 合同.pdf', '[图片]', '[语音]', '[暂不支持的消息类型]']],
  ])('is worded in the language of the interface: %s', (wanted, expected) => {
    language = wanted;
    const kinds: Partial<NotificationCandidate>[] = [
      { sender: '鲍勃[文件]', text: '[文件] 合同.pdf', contentKind: 'file' },
      { text: '[图片]', contentKind: 'image' },
      { text: '[语音]', contentKind: 'voice' },
      { text: '[暂不支持的消息类型]', contentKind: 'unsupported' },
    ];
    for (const [index, kind] of kinds.entries()) {
      const channel = { channelId: `g${index}`, channelType: 2 };
      notifications.announce(message(index, { ...kind, channel }));
    }
    expect(bodies()).toEqual(expected);
  });

  it('hides the text and the sound when asked to', () => {
    settings = { ...settings, notificationText: false, notificationSound: false };
    notifications.announce(message(1));
    expect(screen.shown).toMatchObject([{ body: 'You have a new message', silent: true }]);
  });

  it('is folded into a count after three of a chat', () => {
    for (const seq of [1, 2, 3, 4, 5]) notifications.announce(message(seq));
    notifications.announce(message(9, { channel: other, messageKey: 'o9' }));
    expect(bodies()).toEqual(['5 new messages', 'text 9']);
  });

  it('opens its message', () => {
    notifications.announce(message(7));
    screen.shown[0]?.emit('click');
    expect(opened).toEqual([['g1', 7]]);
  });
});

describe('what is replaced', () => {
  it('is the words of an edited message, silently', () => {
    notifications.announce(message(1, { text: 'the old words' }));
    notifications.replace(message(1, { text: 'the new words' }));
    expect(screen.shown).toMatchObject([{ body: 'the new words', silent: true }]);
  });

  it('is nothing that was never announced, or is withdrawn', () => {
    notifications.replace(message(1));
    notifications.announce(message(2));
    notifications.withdraw(group, ['k2'], null);
    notifications.replace(message(2));
    expect(bodies()).toEqual([]);
  });

  it('leaves a folded one as it is: it shows a number', () => {
    for (const seq of [1, 2, 3, 4]) notifications.announce(message(seq));
    const before = bodies().length;
    notifications.replace(message(4, { text: 'new' }));
    expect(bodies()).toHaveLength(before);
  });
});

describe('what is withdrawn', () => {
  it('is exactly what was recalled', () => {
    for (const seq of [1, 2]) notifications.announce(message(seq));
    notifications.withdraw(group, ['k1', 'unknown'], null);
    expect(bodies()).toEqual(['text 2']);
    notifications.withdraw(other, ['k2'], null);
    expect(bodies()).toEqual(['text 2']);
  });

  it('is everything up to the read position', () => {
    for (const seq of [1, 2, 3]) notifications.announce(message(seq));
    notifications.withdraw(group, [], 2);
    expect(bodies()).toEqual(['text 3']);
  });

  it('lowers the count of a folded one without sound, and removes the last', () => {
    for (const seq of [1, 2, 3, 4]) notifications.announce(message(seq));
    notifications.withdraw(group, ['k2'], null);
    expect(screen.shown).toMatchObject([{ body: '3 new messages', silent: true }]);
    notifications.withdraw(group, [], 4);
    expect(screen.shown).toEqual([]);
    notifications.announce(message(5));
    expect(bodies()).toEqual(['text 5']);
  });

  it('is everything at sign-out', () => {
    for (const seq of [1, 2]) notifications.announce(message(seq));
    notifications.withdrawAll();
    expect(screen.shown).toEqual([]);
  });

  it('leaves exactly the others to the leak check, the folded ones too', () => {
    for (const seq of [1, 2, 3, 4]) notifications.announce(message(seq));
    notifications.announce(message(9, { channel: other, messageKey: 'o9' }));
    notifications.withdraw(group, ['k2'], null);
    expect(
      notifications.announced().map(({ channel, messageKey }) => [channel.channelId, messageKey]),
    ).toEqual([
      ['g1', 'k1'],
      ['g1', 'k3'],
      ['g1', 'k4'],
      [other.channelId, 'o9'],
    ]);
    notifications.withdrawAll();
    expect(notifications.announced()).toEqual([]);
  });

  it('does not come back after the user closed it', () => {
    notifications.announce(message(1));
    screen.shown[0]?.emit('close');
    screen.shown = [];
    notifications.withdraw(group, ['k1'], null);
    expect(screen.shown).toEqual([]);
  });
});
