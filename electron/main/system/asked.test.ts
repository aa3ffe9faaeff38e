import { beforeEach, describe, expect, it } from 'vitest';
import { AskedFor } from './asked.ts';

const UID = '436e66604a7d4810869cd8cc690569d8';
const CHAT = { kind: 'chat', channel: { channelId: UID, channelType: 1 } };
const logged: string[] = [];
let told = 0;
let asked: AskedFor;
beforeEach(() => {
  logged.length = 0;
  told = 0;
  asked = new AskedFor({
    tell: () => (told += 1),
    log: (level, message) => logged.push(`${level}: ${message}`),
  });
  asked.ready();
});

describe('what a start asks for', () => {
  it.each([
    ['Windows, Linux', ['/opt/wukong-desktop/wukong-desktop', `wukong://chat/person/${UID}`], CHAT],
    ['behind --', ['C:\\WuKong Desktop.exe', '--', `WUKONG://chat/person/${UID}`], CHAT],
    ['after switches of Chromium', ['/opt/w', '--enable-crashpad', `wukong://chat/person/${UID}`], CHAT],
    ['a task of the list', ['/opt/w', '--open=new-group'], { kind: 'place', to: 'newGroup' }],
    ['a task with a blank', ['/opt/w', '--open', 'search'], { kind: 'place', to: 'search' }],
    ['a link before a task', ['/opt/w', '--open=settings', 'wukong://x'], { kind: 'bad', why: 'form' }],
  ])('%s', (_name, argv, expected) => {
    asked.start(argv);
    expect(told).toBe(1);
    expect(asked.take()).toEqual(expected);
    expect(asked.take()).toBeNull();
  });

  it.each([
    [['/opt/w']],
    [['wukong://chat/person/a']],
    [['/opt/w', 'https://example.com', '--open=elsewhere']],
    [['/opt/w', '--server=wukong://chat/person/a']],
  ])('nothing: %j', (argv) => {
    asked.start(argv);
    expect([told, asked.take()]).toEqual([0, null]);
  });
});

it('waits for a page: macOS may say it before the app is ready', () => {
  let tellings = 0;
  const early = new AskedFor({ tell: () => (tellings += 1), log: () => undefined });
  early.link('wukong://friend/linzhixia');
  expect(tellings).toBe(0);
  early.ready();
  expect(tellings).toBe(1);
  expect(early.take()).toEqual({ kind: 'friend', keyword: 'linzhixia' });
});

it('asks one question, whoever asks how often', () => {
  for (let i = 0; i < 50; i += 1) asked.link(`wukong://chat/person/u${i}`);
  expect(asked.take()).toEqual({ kind: 'chat', channel: { channelId: 'u49', channelType: 1 } });
  expect(asked.take()).toBeNull();
});

it('logs what kind of link came, and nothing of it', () => {
  asked.link(`wukong://chat/person/${UID}`);
  asked.link('wukong://login?token=hunter2');
  asked.link('wukong://server?address=https://me:hunter2@example.com');
  expect(logged).toEqual(['info: link: chat', 'warn: bad link: form', 'warn: bad link: address']);
});
