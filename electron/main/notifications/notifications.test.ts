import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChannelRef } from '../../../shared/domain.ts';
import { DEFAULT_QUIET_HOURS, type QuietHours } from '../../../shared/quiet-hours.ts';
import { defaultSettings, type Settings } from '../../../shared/settings.ts';
import type { AwayChat, NotificationCandidate } from '../../../shared/ipc/worker-protocol.ts';
import { Notifications } from './notifications.ts';

interface Shown {
  title: string;
  body: string;
  silent: boolean;
  hasReply: boolean;
  icon?: { of: string; size: object };
  emit: (name: string, ...args: unknown[]) => void;
}
const screen = vi.hoisted(() => ({ shown: [] as Shown[], decoded: [] as string[] }));
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
  const imageOf = (of: string, size: { width: number; height: number }): object => ({
    of,
    size,
    isEmpty: () => of === '/webp',
    getSize: () => size,
    resize: (to: object) => imageOf(of, { width: 0, height: 0, ...to }),
  });
  const createFromPath = (path: string): object => {
    screen.decoded.push(path);
    return imageOf(path, { width: 512, height: 384 });
  };
  return { Notification, nativeImage: { createFromPath } };
});

const group: ChannelRef = { channelId: 'g1', channelType: 2 };
const other: ChannelRef = { channelId: 'g2', channelType: 2 };
let settings: Settings;
let language: 'zh' | 'en';
let focused: ChannelRef | null;
let opened: unknown[];
let notifications: Notifications;
let attention: string[];
let replies: unknown[];
let played: string[];
let playable: boolean;
let locked: boolean;
let listsOpened: number;

beforeEach(() => {
  screen.shown = [];
  screen.decoded = [];
  settings = { ...defaultSettings };
  language = 'en';
  focused = null;
  opened = [];
  attention = [];
  replies = [];
  played = [];
  playable = true;
  locked = false;
  listsOpened = 0;
  notifications = new Notifications({
    settings: () => settings,
    language: () => language,
    isLocked: () => locked,
    openList: () => (listsOpened += 1),
    focusedChannel: () => focused,
    open: (channel, messageSeq) => opened.push([channel.channelId, messageSeq]),
    reply: ({ channel, keys, messageSeq }, text) => replies.push([channel.channelId, keys, messageSeq, text]),
    play(tone) {
      played.push(tone);
      return playable;
    },
    attract: () => attention.push('start'),
    calm: () => attention.push('end'),
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
    level: 'all',
    pinned: false,
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
    ['nothing of a muted chat', {}, { level: 'mentions' }, null, 0],
    ['a mention in a muted chat', {}, { level: 'mentions', mentionsMe: true }, null, 1],
    ['not even a mention where nothing is told of', {}, { level: 'none', mentionsMe: true }, null, 0],
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

  describe('in quiet hours', () => {
    const night = { ...DEFAULT_QUIET_HOURS, on: true, from: '22:00', to: '08:00' };
    beforeEach(() => vi.useFakeTimers({ now: new Date('2026-11-26T23:00:00'), toFake: ['Date'] }));
    afterEach(() => vi.useRealTimers());
    it.each<[string, Partial<QuietHours>, Partial<NotificationCandidate>, number]>([
      ['nothing', {}, {}, 0],
      ['a mention', {}, { mentionsMe: true }, 1],
      ['no mention where that is off', { mentions: false }, { mentionsMe: true }, 0],
      ['a pinned chat', {}, { pinned: true }, 1],
      ['no pinned chat where that is off', { pinned: false }, { pinned: true }, 0],
      ['no mention of a chat that tells of nothing', {}, { mentionsMe: true, level: 'none' }, 0],
      ['everything while they are off', { on: false }, {}, 1],
    ])('%s', (_name, change, candidate, count) => {
      settings = { ...settings, quietHours: { ...night, ...change } };
      notifications.announce(message(1, candidate));
      expect(screen.shown).toHaveLength(count);
      expect(attention).toEqual(count === 0 ? [] : ['start']);
    });
    it('everything again when they are over', () => {
      settings = { ...settings, quietHours: night };
      notifications.announce(message(1));
      vi.setSystemTime(new Date('2026-11-27T08:00:00'));
      notifications.announce(message(2));
      expect(bodies()).toEqual(['text 2']);
    });
  });

  it.each<[string, Partial<Settings>, NotificationCandidate['sound'], boolean, string[], boolean]>([
    ['the system plays its own', {}, undefined, true, [], false],
    ['the app plays the one of the settings', { notificationTone: 'drop' }, 'app', true, ['drop'], true],
    ['the chat has its own', { notificationTone: 'drop' }, 'wood', true, ['wood'], true],
    ['the chat has that of the system', { notificationTone: 'drop' }, 'system', true, [], false],
    ['the chat is silent', {}, 'none', true, [], true],
    ['sounds are off', { notificationSound: false }, 'wood', true, [], true],
    [
      'without a page the system plays its own',
      { notificationTone: 'clear' },
      undefined,
      false,
      ['clear'],
      false,
    ],
  ])('sounds: %s', (_name, change, sound, hasPage, heard, silent) => {
    settings = { ...settings, ...change };
    playable = hasPage;
    notifications.announce(message(1, sound === undefined ? {} : { sound }));
    expect(played).toEqual(heard);
    expect(screen.shown).toMatchObject([{ silent }]);
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

const chat = (n: number, count: number, more: Partial<AwayChat> = {}): AwayChat => {
  const channel = { channelId: `a${n}`, channelType: 2 };
  return {
    channel,
    title: `Chat ${n}`,
    level: 'all',
    pinned: false,
    lastSeq: 100 + count,
    candidates: Array.from({ length: count }, (_, i) =>
      message(101 + i, { channel, messageKey: `a${n}-${i + 1}`, title: `Chat ${n}` }),
    ),
    older: 0,
    ...more,
  };
};
const shown = (): string[] => screen.shown.map(({ title, body }) => `${title}: ${body}`);

describe('an absence', () => {
  it('is one notification a chat, with one sound', () => {
    notifications.announceAway([chat(1, 5), chat(2, 1), chat(3, 2, { older: 40 })]);
    expect(shown()).toEqual(['Chat 1: 5 new messages', 'Chat 2: text 101', 'Chat 3: 42 new messages']);
    expect(screen.shown.map(({ silent }) => silent)).toEqual([false, true, true]);
    screen.shown[0]?.emit('click');
    expect(opened).toEqual([['a1', 105]]);
  });

  it('is never told of twice', () => {
    const first = chat(1, 2);
    notifications.announce(first.candidates[0]!);
    notifications.announceAway([first]);
    notifications.announceAway([first]);
    notifications.announce(first.candidates[1]!);
    expect(shown()).toEqual(['Chat 1: 2 new messages']);
  });

  it('shows a mention by itself, also of a muted chat, and no other of that', () => {
    const loud = chat(1, 3);
    loud.candidates[1] = { ...loud.candidates[1]!, mentionsMe: true, text: '@me' };
    const muted = chat(2, 3, { level: 'mentions', older: 9 });
    muted.candidates = muted.candidates.map((each, i) => ({
      ...each,
      level: 'mentions',
      mentionsMe: i === 0,
    }));
    notifications.announceAway([loud, muted]);
    expect(shown()).toEqual(['Chat 1: 2 new messages', 'Chat 1: @me', 'Chat 2: text 101']);
  });

  it('a mention stays by itself when a chat is folded live', () => {
    notifications.announce(message(1, { mentionsMe: true, text: '@me' }));
    for (const seq of [2, 3, 4, 5]) notifications.announce(message(seq));
    expect(bodies().sort()).toEqual(['4 new messages', '@me']);
    notifications.withdraw(group, ['k1'], null);
    expect(bodies()).toEqual(['4 new messages']);
  });

  it('of many chats is one notification for those beyond the first eight; mentions are among the first', () => {
    const chats = Array.from({ length: 20 }, (_, i) => chat(i + 1, 2));
    chats[19]!.candidates[0] = { ...chats[19]!.candidates[0]!, mentionsMe: true, text: '@me' };
    notifications.announceAway(chats);
    expect(shown().slice(0, 3)).toEqual(['Chat 20: @me', 'Chat 20: text 102', 'Chat 1: 2 new messages']);
    expect(shown()).toHaveLength(10);
    expect(shown().at(-1)).toBe('WuKong: 24 new messages in 12 more chats');
    notifications.withdraw(chats[10]!.candidates[0]!.channel, ['a11-1'], null);
    expect(shown().at(-1)).toBe('WuKong: 23 new messages in 12 more chats');
    notifications.withdraw(chats[10]!.candidates[0]!.channel, [], 999);
    expect(shown().at(-1)).toBe('WuKong: 22 new messages in 11 more chats');
    // What comes live takes its chat out of it.
    notifications.announce({ ...chats[11]!.candidates[0]!, messageKey: 'new', messageSeq: 200 });
    expect(shown().slice(-2)).toEqual([
      'WuKong: 20 new messages in 10 more chats',
      'Chat 12: 3 new messages',
    ]);
    notifications.withdrawAll();
    expect(shown()).toEqual([]);
  });

  it('of many chats does not come back after the user closed it', () => {
    notifications.announceAway(Array.from({ length: 10 }, (_, i) => chat(i + 1, 2)));
    (screen.shown.pop() as unknown as { close: () => void }).close();
    notifications.withdraw({ channelId: 'a9', channelType: 2 }, ['a9-1'], null);
    expect(shown()).toHaveLength(8);
  });

  it('that was long is one notification for all of several chats, which a recall and reading make smaller', () => {
    notifications.announce(message(1));
    const loud = chat(1, 3, { older: 40 });
    loud.candidates[1] = { ...loud.candidates[1]!, mentionsMe: true, text: '@me' };
    notifications.announceAway([loud, chat(2, 1), chat(3, 2)], true);
    expect(shown()).toEqual([
      'Group: text 1',
      'WuKong: While you were away: 46 new messages in 3 chats, 1 mentions you',
    ]);
    expect(screen.shown[1]?.silent).toBe(false);
    screen.shown[1]?.emit('click');
    expect([opened, listsOpened]).toEqual([[], 1]);
    notifications.withdraw(loud.channel, ['a1-2'], null);
    notifications.withdraw({ channelId: 'a2', channelType: 2 }, [], 999);
    expect(shown().at(-1)).toBe('WuKong: While you were away: 44 new messages in 2 chats');
    expect(screen.shown.at(-1)?.silent).toBe(true);
    for (const n of [1, 3]) notifications.withdraw({ channelId: `a${n}`, channelType: 2 }, [], 999);
    expect(shown()).toEqual(['Group: text 1']);
    // Of one chat that is told as ever.
    notifications.announceAway([chat(4, 2)], true);
    expect(shown().at(-1)).toBe('Chat 4: 2 new messages');
  });

  it('forgets what was recalled or read after it was told', () => {
    notifications.announceAway([chat(1, 3, { older: 5 })]);
    notifications.withdraw({ channelId: 'a1', channelType: 2 }, ['a1-2'], null);
    expect(shown()).toEqual(['Chat 1: 7 new messages']);
    notifications.withdraw({ channelId: 'a1', channelType: 2 }, [], 101);
    expect(shown()).toEqual(['Chat 1: 1 new message']);
    notifications.withdraw({ channelId: 'a1', channelType: 2 }, [], 103);
    expect(shown()).toEqual([]);
  });

  it('says nothing of the chat in front, and no words where words are hidden', () => {
    settings = { ...settings, notificationText: false };
    focused = { channelId: 'a1', channelType: 2 };
    notifications.announceAway([chat(1, 2), chat(2, 1)]);
    expect(shown()).toEqual(['Chat 2: You have a new message']);
  });
});

describe('attention', () => {
  it('is asked for by what is told of, and ends when nothing of it is left', () => {
    notifications.announce(message(1));
    notifications.announce(message(2, { channel: other }));
    expect(attention).toEqual(['start', 'start']);
    notifications.withdraw(group, ['k1'], null);
    expect(attention).toHaveLength(2);
    notifications.withdraw(other, [], 2);
    expect(attention).toEqual(['start', 'start', 'end']);
  });

  it('is not asked for by what is not wanted: silenced, muted, in front', () => {
    settings = { ...settings, notifications: false };
    notifications.announce(message(1));
    settings = { ...settings, notifications: true };
    notifications.announce(message(2, { level: 'mentions' }));
    focused = group;
    notifications.announce(message(3));
    expect(attention).toEqual([]);
  });
});

describe('a reply', () => {
  it('typed into the notification of a chat goes to that chat, also when it is folded', () => {
    notifications.announce(message(1));
    screen.shown[0]?.emit('reply', { reply: 'yes' });
    for (const seq of [2, 3, 4, 5]) notifications.announce(message(seq));
    expect(bodies()).toEqual(['5 new messages']);
    screen.shown[0]?.emit('reply', { reply: 'all of it' });
    expect(replies).toEqual([
      ['g1', ['k1'], 1, 'yes'],
      ['g1', ['k1', 'k2', 'k3', 'k4', 'k5'], 5, 'all of it'],
    ]);
  });

  it('into a folded one answers what it told of when it was typed, whatever was recalled meanwhile', () => {
    for (const seq of [1, 2, 3, 4]) notifications.announce(message(seq));
    const [typed] = screen.shown;
    // The count is another one: the notification was replaced while somebody typed into it.
    notifications.withdraw(group, ['k2'], null);
    expect(bodies()).toEqual(['3 new messages']);
    typed?.emit('reply', { reply: 'before' });
    screen.shown[0]?.emit('reply', { reply: 'after' });
    expect(replies).toEqual([
      ['g1', ['k1', 'k2', 'k3', 'k4'], 4, 'before'],
      ['g1', ['k1', 'k3', 'k4'], 4, 'after'],
    ]);
  });

  it('names nothing where a notification counts more than it can name', () => {
    const chat = { channel: group, title: 'Group', level: 'all', lastSeq: 9, pinned: false } as const;
    notifications.announceAway([{ ...chat, older: 7, candidates: [message(8), message(9)] }]);
    screen.shown[0]?.emit('reply', { reply: 'to all' });
    const many = Array.from({ length: 101 }, (_, at) => message(20 + at, { channel: other }));
    for (const each of many) notifications.announce(each);
    screen.shown.at(-1)?.emit('reply', { reply: 'to very many' });
    expect(replies).toEqual([
      ['g1', [], 9, 'to all'],
      [other.channelId, [], 120, 'to very many'],
    ]);
  });

  it('has no field in notices of the app itself', () => {
    notifications.notice('still here', 'click', () => undefined);
    notifications.announce(message(1));
    expect(screen.shown.map(({ hasReply }) => hasReply)).toEqual([false, true]);
  });
});

describe('the picture of the chat', () => {
  it('stands on it, small, also where several are one; one that cannot be decoded is left out', () => {
    notifications.announce(message(1, { picture: '/face.png' }));
    expect(screen.shown[0]?.icon).toMatchObject({ of: '/face.png', size: { width: 128 } });
    for (const seq of [2, 3, 4]) notifications.announce(message(seq, { picture: '/newer.png' }));
    expect(screen.shown.map(({ icon }) => icon?.of)).toEqual(['/newer.png']);
    notifications.announce(message(5, { channel: other, title: 'Other', picture: '/webp' }));
    notifications.announce(message(6, { channel: other, title: 'Other' }));
    for (const each of screen.shown.slice(1)) expect(each).not.toHaveProperty('icon');
  });
  it('stays when the message is edited, and goes with it', () => {
    notifications.announce(message(1, { picture: '/face.png' }));
    notifications.replace(message(1, { text: 'edited', picture: '/face.png' }));
    expect(screen.shown.map(({ icon }) => icon?.of)).toEqual(['/face.png']);
    notifications.withdraw(group, ['k1'], null);
    expect(screen.shown).toEqual([]);
  });
});

describe('while the app is locked', () => {
  it('says that there is something, with no name, word, picture or field; what was on screen goes', () => {
    notifications.announce(message(1));
    locked = true;
    notifications.hide();
    expect(screen.shown).toEqual([]);
    notifications.announce(message(2, { picture: '/face.png' }));
    notifications.announce(message(3, { channel: other, title: 'Other', mentionsMe: true }));
    expect(shown()).toEqual(['WuKong: You have a new message', 'WuKong: You have a new message']);
    expect(screen.shown.map(({ hasReply }) => hasReply)).toEqual([false, false]);
    expect([screen.shown[0], screen.decoded]).toEqual([
      expect.not.objectContaining({ icon: expect.anything() }),
      [],
    ]);
    for (const seq of [4, 5]) notifications.announce(message(seq));
    expect(shown()).toEqual(['WuKong: You have a new message', 'WuKong: 4 new messages']);
    // A recall goes on.
    notifications.withdraw(other, ['k3'], null);
    expect(shown()).toEqual(['WuKong: 4 new messages']);
    notifications.replace(message(4, { text: 'edited' }));
    expect(shown()).toEqual(['WuKong: 4 new messages']);
  });
});
