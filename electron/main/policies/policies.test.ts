import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';
import { filePolicies } from './file-policies.ts';
import { managedPreferences, type Preferences } from './managed-preferences.ts';
import { policiesOf } from './policy-values.ts';
import { parseRegQuery, type Reg, registryPolicies } from './registry-policies.ts';

const of = (values: Record<string, unknown>) => policiesOf({ kind: 'values', where: 'here', values });

describe('the values of policies', () => {
  it('are all optional', () => {
    expect(policiesOf({ kind: 'none' })).toEqual(of({}));
    expect(of({})).toMatchObject({ lockServer: false, blocked: null, problems: [], proxy: null });
  });

  it('are understood as the registry and as JSON have them, in any capitals', () => {
    const wanted = {
      lockServer: true,
      disableRegistration: true,
      recallConfirm: false,
      localStorageDays: 90,
    };
    const serverUrl = 'https://im.corp.example';
    expect(
      of({
        serverurl: serverUrl,
        LOCKSERVER: 1,
        DisableRegistration: 1,
        RecallConfirm: 0,
        LocalStorageDays: 90,
      }),
    ).toMatchObject({ ...wanted, serverUrl, problems: [] });
    expect(
      of({
        ServerUrl: serverUrl,
        LockServer: true,
        DisableRegistration: true,
        RecallConfirm: false,
        LocalStorageDays: 90,
      }),
    ).toMatchObject({ ...wanted, serverUrl, problems: [] });
  });

  it('that are unknown or wrong are named without their value, and the others hold', () => {
    const policies = of({
      Colour: 'secret',
      RecallConfirm: 'secret',
      LocalStorageDays: '90',
      RequireAppLock: 'secret',
      AppLockMinutes: 61,
      DisableUpdates: true,
    });
    expect(policies.problems.join('; ')).toMatch(/unknown policy Colour.*RecallConfirm.*|RecallConfirm/);
    expect(policies.problems.join('; ')).not.toContain('secret');
    expect(policies).toMatchObject({
      recallConfirm: null,
      localStorageDays: null,
      requireAppLock: true,
      appLockMinutes: 1,
      updates: { disabled: true },
      blocked: null,
    });
    expect(policies.problems).toHaveLength(5);
  });

  it.each([
    [{ LockServer: 'yes' }],
    [{ LockServer: true }],
    [{ LockServer: 1, ServerUrl: 5 }],
    [{ LockServer: 1, ServerUrl: 'im.corp.example' }],
    [{ LockServer: 1, ServerUrl: 'https://eva:secret@im.corp.example' }],
    [{ LockServer: 1, ServerUrl: ' ' }],
  ])('a lock that cannot be read keeps everybody out: %j', (values) => {
    expect(of(values).blocked).toMatchObject({ where: 'here' });
  });

  it('of what protects a wrong one is the stricter one', () => {
    expect(of({ DisableRegistration: 'no' }).disableRegistration).toBe(true);
    expect(of({ DisableExport: 'no' }).disableExport).toBe(true);
    expect(of({ HideNotificationText: 'no' }).hideNotificationText).toBe(true);
    expect(of({ HideNotificationText: false }).hideNotificationText).toBeNull();
    expect(of({ DisableUpdates: 'no' }).updates.disabled).toBe(true);
    for (const UpdateUrl of [
      'http://updates.corp',
      5,
      'updates',
      'https://eva:secret@updates.corp/',
      'https://updates.corp/?secret',
    ]) {
      const { updates, problems } = of({ UpdateUrl });
      expect(updates).toMatchObject({ disabled: true, url: null });
      expect(problems).toHaveLength(1);
      expect(problems.join()).not.toContain('secret');
    }
    expect(of({ UpdateUrl: 'https://updates.corp/x/', UpdateChannel: 'beta' }).updates).toEqual({
      disabled: false,
      url: 'https://updates.corp/x/',
      channel: 'beta',
    });
  });

  it.each(['Beta', '1st', 'my.channel', '_x', 'x'.repeat(40)])(
    'an UpdateChannel that no feed can have (%s) is named and not set: updates go on',
    (UpdateChannel) => {
      const { updates, problems } = of({ UpdateChannel });
      expect(updates).toEqual({ disabled: false, url: null, channel: null });
      expect(problems).toEqual([expect.stringContaining('UpdateChannel')]);
    },
  );

  it('one that is named twice in other capitals keeps everybody out, wherever it comes from', () => {
    for (const values of [
      { LockServer: true, lockserver: false },
      { RECALLCONFIRM: 1, RecallConfirm: 0 },
    ])
      expect(of(values)).toMatchObject({
        blocked: { where: 'here', why: expect.stringMatching(/^it names \w+ twice$/) as string },
        disableRegistration: true,
        updates: { disabled: true },
        problems: [expect.stringContaining('twice')],
      });
    expect(of({ Colour: 1, colour: 2 }).blocked).toBeNull();
  });

  it('that are set are named, without what they hold', () => {
    expect(of({ proxy: 'none', LOCKSERVER: false, Colour: 1 }).names).toEqual(['LockServer', 'Proxy']);
    expect(of({ LockServer: true }).problems).toEqual([
      'nobody can sign in: LockServer is on, and ServerUrl is no address',
    ]);
  });

  it.each([
    ['system', { mode: 'system' }],
    ['System', { mode: 'system' }],
    [' NONE ', { mode: 'none' }],
    ['none', { mode: 'none' }],
    ['http://proxy.corp:3128', { mode: 'manual', kind: 'http', host: 'proxy.corp', port: 3128 }],
    ['proxy.corp:3128', { mode: 'manual', kind: 'http', host: 'proxy.corp', port: 3128 }],
    ['socks5://[::1]:1080', { mode: 'manual', kind: 'socks5', host: '::1', port: 1080 }],
    ['pac+https://proxy.corp/p.pac', { mode: 'manual', kind: 'pac', pacUrl: 'https://proxy.corp/p.pac' }],
  ])('Proxy %s', (Proxy, config) => {
    expect(of({ Proxy })).toMatchObject({ proxy: config, problems: [] });
  });

  it.each([
    ['nonsense://'],
    [5],
    ['http://eva:secret@proxy:1'],
    ['https://proxy:1'],
    ['socks4://p:1'],
    ['pac+x'],
  ])('a Proxy that is none (%j) is one that cannot be used, and no reason to go directly', (Proxy) => {
    const { proxy, problems } = of({ Proxy });
    expect(proxy).toMatchObject({ mode: 'manual', port: 0 });
    expect(problems.join()).not.toContain('secret');
    expect(problems).toHaveLength(1);
  });
});

describe('the file of Linux', () => {
  let folder: string;
  let path: string;
  const me = process.getuid?.() ?? 0;
  beforeEach(() => {
    folder = tempFolder('wukong-policies-');
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    chmodSync(folder, 0o755);
    path = join(folder, 'policies.json');
  });
  const write = (text: string, mode = 0o644): void => {
    writeFileSync(path, text);
    chmodSync(path, mode);
  };

  it('is read where it belongs to the administrator alone', () => {
    expect(filePolicies(path, me)).toEqual({ kind: 'none' });
    expect(filePolicies(join(folder, 'no', 'such'), me)).toEqual({ kind: 'none' });
    write('\uFEFF{"ServerUrl":"https://a"}');
    expect(filePolicies(path, me)).toEqual({
      kind: 'values',
      where: path,
      values: { ServerUrl: 'https://a' },
    });
  });

  it.each([0o664, 0o646, 0o666])(
    'is not believed where others may write it (%o), nor taken for none',
    (mode) => {
      write('{}', mode);
      expect(filePolicies(path, me)).toEqual({
        kind: 'unreadable',
        where: path,
        why: 'it is writable to others',
      });
    },
  );

  it('is not believed of another owner, or in a folder that others may write', () => {
    write('{}');
    expect(filePolicies(path, me + 1)).toMatchObject({
      kind: 'unreadable',
      why: 'it does not belong to the administrator',
    });
    chmodSync(folder, 0o777);
    expect(filePolicies(path, me)).toMatchObject({
      kind: 'unreadable',
      why: 'its folder is writable to others',
    });
  });

  it.each([
    ['{"LockServer":true', 'it is no JSON (line 1, column 19)'],
    ['{\n  "ServerUrl": "https://secret.example",\n}', 'it is no JSON (line 3, column 1)'],
    ['\uFEFF{"LockServer":true,}', 'it is no JSON (line 1, column 20)'],
    ['{"LockServer":true,"ServerUrl":"https://a","LockServer":false}', 'it names LockServer twice'],
    ['{"LockServer":true,"lockserver" : false}', 'it names lockserver twice'],
    [String.raw`{"LockServer":true,"Lock\u0053erver":false}`, 'it names LockServer twice'],
    ['"LockServer"', 'it is no object of JSON'],
    ['null', 'it is no object of JSON'],
    ['[]', 'it is no object of JSON'],
    ['', 'it is no JSON'],
  ])('that is damaged (%s) keeps everybody out', (text, why) => {
    write(text);
    const source = filePolicies(path, me);
    expect(source).toEqual({ kind: 'unreadable', where: path, why });
    expect(policiesOf(source)).toMatchObject({
      blocked: { where: path, why },
      disableRegistration: true,
      updates: { disabled: true },
    });
  });

  it('without end keeps everybody out', () => {
    write('['.repeat(200_000));
    expect(filePolicies(path, me)).toMatchObject({ kind: 'unreadable', why: 'it is no JSON' });
    write(' '.repeat(1024 * 1024 + 1));
    expect(filePolicies(path, me)).toMatchObject({ kind: 'unreadable', why: 'it is too large' });
  });

  it('may have the same name within values, and colons and braces in them', () => {
    const text = String.raw`{"ServerUrl":"https://a/\"ServerUrl\":{","Colour":{"ServerUrl":1,"x":[{"Colour":2}]}}`;
    write(text);
    expect(filePolicies(path, me)).toEqual({
      kind: 'values',
      where: path,
      values: JSON.parse(text) as unknown,
    });
  });

  it.skipIf(process.platform === 'win32')('that is a pipe or a link to nothing keeps everybody out', () => {
    execFileSync('mkfifo', ['-m', '600', path]);
    expect(filePolicies(path, me)).toMatchObject({ kind: 'unreadable', why: 'it is no file' });
    rmSync(path);
    symlinkSync(`${path}.gone`, path);
    expect(filePolicies(path, me)).toMatchObject({ kind: 'unreadable', why: 'it is a link to nothing' });
  });

  it("that is a link is believed where the folder it leads into is the administrator's as well", () => {
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    chmodSync(elsewhere, 0o755);
    const real = join(elsewhere, 'p.json');
    writeFileSync(real, '{"LockServer":false}');
    chmodSync(real, 0o644);
    symlinkSync(real, path);
    expect(filePolicies(path, me)).toMatchObject({ kind: 'values', values: { LockServer: false } });
    chmodSync(elsewhere, 0o777);
    expect(filePolicies(path, me)).toMatchObject({
      kind: 'unreadable',
      why: 'its folder is writable to others',
    });
  });

  it('that is a folder keeps everybody out', () => {
    mkdirSync(path, { mode: 0o755 });
    expect(filePolicies(path, me)).toMatchObject({ kind: 'unreadable' });
  });
});

/** As `reg.exe query` of Windows 10 and 11 prints it. */
const GOLDEN = [
  '',
  'HKEY_LOCAL_MACHINE\\Software\\Policies\\WuKong Desktop',
  '    ServerUrl    REG_SZ    https://im.corp.example/a b',
  '    LockServer    REG_DWORD    0x1',
  '    LocalStorageDays    REG_DWORD    0x5a',
  '    CaFile    REG_EXPAND_SZ    C:\\Corp\\ca.pem',
  '    Proxy    REG_SZ    ',
  '    UpdateChannel    REG_SZ',
  '    (Default)    REG_SZ    (value not set)',
  '    Odd    REG_MULTI_SZ    a\\0b',
  '    Bytes    REG_BINARY    00FF',
  '',
  'HKEY_LOCAL_MACHINE\\Software\\Policies\\WuKong Desktop\\Sub',
  '',
].join('\r\n');

const reg =
  (answers: Record<string, { status?: number | null; stdout?: string | Buffer }>): Reg =>
  (args) => {
    const answer = answers[String(args[1]).split('\\').at(-1) ?? ''] ?? { status: 1 };
    return {
      status: answer.status === undefined ? 0 : answer.status,
      stdout: Buffer.from(answer.stdout ?? ''),
    };
  };

const page = (number: string): string => `\r\nHKLM\\…\r\n    OEMCP    REG_SZ    ${number}\r\n`;

describe('the registry of Windows', () => {
  const PARENT =
    '\r\nHKEY_LOCAL_MACHINE\\Software\\Policies\\Microsoft\r\nHKEY_LOCAL_MACHINE\\Software\\Policies\\WuKong Desktop\r\n';
  it('is read from what reg.exe prints', () => {
    expect(parseRegQuery(GOLDEN)).toEqual({
      ServerUrl: 'https://im.corp.example/a b',
      LockServer: 1,
      LocalStorageDays: 90,
      CaFile: 'C:\\Corp\\ca.pem',
      Proxy: '',
      UpdateChannel: '',
      '(Default)': '(value not set)',
      Odd: { type: 'REG_MULTI_SZ' },
      Bytes: { type: 'REG_BINARY' },
    });
    expect(
      registryPolicies(reg({ Policies: { stdout: PARENT }, 'WuKong Desktop': { stdout: GOLDEN } })),
    ).toMatchObject({
      kind: 'values',
      values: { LockServer: 1 },
    });
  });

  it('without the key has no policies, whatever language reg.exe speaks', () => {
    const stdout = PARENT.replace('WuKong Desktop', 'Mozilla');
    expect(registryPolicies(reg({ Policies: { stdout } }))).toEqual({ kind: 'none' });
  });

  it('that cannot be read keeps everybody out', () => {
    expect(registryPolicies(reg({}))).toMatchObject({ kind: 'unreadable', why: 'reg.exe: status 1' });
    expect(registryPolicies(reg({ Policies: { status: null } }))).toMatchObject({
      why: 'reg.exe: not started',
    });
    expect(registryPolicies(reg({ Policies: { stdout: PARENT } }))).toMatchObject({
      kind: 'unreadable',
      where: 'HKLM\\Software\\Policies\\WuKong Desktop',
    });
  });

  it('is read in the code page of the system', () => {
    // 证书 in GBK.
    const chinese = Buffer.concat([
      Buffer.from('    CaFile    REG_SZ    C:\\'),
      Buffer.of(0xd6, 0xa4, 0xca, 0xe9),
      Buffer.from('\\ca.pem\r\n'),
    ]);
    const answers = (number: string) => ({
      Policies: { stdout: PARENT },
      'WuKong Desktop': { stdout: chinese },
      CodePage: { stdout: page(number).replace('…', 'x') },
    });
    expect(registryPolicies(reg(answers('936')))).toMatchObject({ values: { CaFile: 'C:\\证书\\ca.pem' } });
    expect(registryPolicies(reg(answers('437')))).toMatchObject({ kind: 'unreadable' });
  });
});

const preferences = (values: { dictionary?: unknown; string?: unknown }): Preferences => ({
  getUserDefault: (_key: string, type: 'dictionary' | 'string') => values[type],
});

describe('the managed preferences of macOS', () => {
  it('are one dictionary', () => {
    expect(managedPreferences(preferences({ dictionary: {}, string: '' }))).toEqual({ kind: 'none' });
    expect(managedPreferences(preferences({ dictionary: { LockServer: true } }))).toMatchObject({
      kind: 'values',
      values: { LockServer: true },
    });
    expect(managedPreferences(preferences({ dictionary: {}, string: 'x' }))).toMatchObject({
      kind: 'unreadable',
    });
  });
});
