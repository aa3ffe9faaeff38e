import { beforeEach, expect, it, vi } from 'vitest';
import type { ReminderNotice } from '../../../shared/ipc/worker-protocol.ts';
import { defaultSettings, type Settings } from '../../../shared/settings.ts';
import { ReminderNotifications } from './reminder-notifications.ts';

interface Shown {
  title: string;
  body: string;
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
      screen.shown = screen.shown.filter((other) => (other as unknown) !== this);
      this.emit('close');
    }
  }
  return { Notification };
});

const channel = { channelId: 'g', channelType: 2 };
const notice: ReminderNotice = {
  channel,
  messageKey: 'k1',
  messageSeq: 7,
  title: '研发',
  sender: '林知夏',
  text: 'the plan',
  contentKind: 'text',
};
let settings: Settings;
let opened: unknown[];
let inPage: unknown[];
let locked: boolean;
let reminders: ReminderNotifications;
const words = (): string[] => screen.shown.map(({ title, body }) => `${title} | ${body}`);

beforeEach(() => {
  screen.shown = [];
  opened = [];
  inPage = [];
  locked = false;
  settings = { ...defaultSettings };
  reminders = new ReminderNotifications({
    settings: () => settings,
    language: () => 'en',
    isLocked: () => locked,
    nameOf: (account) => (account === 'b' ? 'Work' : null),
    open: (...to) => opened.push(to),
    inPage: (...what) => inPage.push(what),
    attract: () => undefined,
  });
});

it('says what the message says, without text when text is off, and leads to it', () => {
  reminders.tell('a', notice);
  settings.notificationText = false;
  reminders.tell('b', { ...notice, messageKey: 'k2' });
  expect(words()).toEqual([
    'Reminder: 研发 | 林知夏: the plan',
    'Reminder: 研发 · Work | Message from 林知夏',
  ]);
  screen.shown[1]?.emit('click');
  expect(opened).toEqual([['b', channel, 7]]);
});

it('says nothing of anybody while the app is locked', () => {
  locked = true;
  reminders.tell('b', notice);
  expect(words()).toEqual(['WuKong | A reminder is due']);
});

it('says whose message it is when that is not on this computer', () => {
  const { contentKind: _kind, ...unknown } = notice;
  reminders.tell('a', { ...unknown, sender: '', text: '' });
  expect(words()).toEqual(['Reminder: 研发 | Message from 研发']);
});

it('is withdrawn with its message, replaced with its edit, and gone with its account', () => {
  reminders.tell('a', notice);
  reminders.tell('a', { ...notice, messageKey: 'k2' });
  expect(reminders.announced('a')).toEqual([
    { channel, messageKey: 'k1' },
    { channel, messageKey: 'k2' },
  ]);
  reminders.replace('a', { ...notice, text: 'another plan', sender: '' });
  expect(words()).toContain('Reminder: 研发 | 林知夏: another plan');
  reminders.withdraw('a', channel, ['k1']);
  expect(reminders.announced('a')).toEqual([{ channel, messageKey: 'k2' }]);
  reminders.withdraw('b', channel, ['k2']);
  expect(screen.shown).toHaveLength(1);
  reminders.forget('a');
  expect(screen.shown).toEqual([]);
});

it('is left to the page where notifications are off', () => {
  settings.notifications = false;
  reminders.tell('a', notice);
  expect(screen.shown).toEqual([]);
  expect(inPage).toEqual([['a', notice]]);
});
