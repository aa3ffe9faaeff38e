import { describe, expect, it, test } from 'vitest';
import { ChannelType, Role } from '../domain.ts';
import {
  CLIENT_MARGIN_MS,
  recallPermission,
  type RecallPermission,
  type RecallQuestion,
} from './recall-policy.ts';

const ME = 'me';
const OTHER = 'other';
const SENT = 1_795_424_770;
const LIMIT = 120;
const MARGIN = 3_000;

function question(change: {
  channelType?: number;
  message?: Partial<RecallQuestion['message']>;
  myRole?: Role | null;
  rules?: RecallQuestion['rules'];
  nowMs?: number;
}): RecallQuestion {
  return {
    channelType: change.channelType ?? ChannelType.group,
    message: {
      fromUid: ME,
      timestamp: SENT,
      acknowledged: true,
      authorRole: Role.member,
      recallable: true,
      ...change.message,
    },
    me: { uid: ME, role: change.myRole === undefined ? Role.member : change.myRole },
    rules: change.rules === undefined ? { revokeSecond: LIMIT } : change.rules,
    nowMs: change.nowMs ?? SENT * 1000 + 1_000,
  };
}

const roles = { owner: Role.owner, manager: Role.manager, member: Role.member, former: null } as const;
type RoleName = keyof typeof roles;
const roleNames = Object.keys(roles) as RoleName[];

const above = (name: 'owner' | 'manager') =>
  ({ ok: false, reason: 'role', authorRole: roles[name] }) as const;

describe("another person's message", () => {
  const member = { ok: true, kind: 'member' } as const;
  const notMine = { ok: false, reason: 'notMine' } as const;

  // wukongim.md E.1: rows = my role, columns = the author's.
  const GROUP: Record<RoleName, Record<RoleName, RecallPermission>> = {
    owner: { owner: member, manager: member, member, former: member },
    manager: { owner: above('owner'), manager: above('manager'), member, former: member },
    member: { owner: notMine, manager: notMine, member: notMine, former: notMine },
    former: { owner: notMine, manager: notMine, member: notMine, former: notMine },
  };
  const ages = { fresh: 1_000, 'past the window': (LIMIT + 1) * 1000, 'a year old': 31_536_000_000 };
  const rules = {
    'a window': { revokeSecond: LIMIT },
    'no limit': { revokeSecond: -1 },
    zero: { revokeSecond: 0 },
    'not loaded': null,
  };

  const cases = roleNames.flatMap((mine) => roleNames.map((author) => ({ mine, author })));
  test.each(cases)('in a group: $mine over $author, whatever its age and the rules', ({ mine, author }) => {
    for (const age of Object.values(ages)) {
      for (const rule of Object.values(rules)) {
        const message = { fromUid: OTHER, authorRole: roles[author] };
        const nowMs = SENT * 1000 + age;
        expect(recallPermission(question({ message, myRole: roles[mine], rules: rule, nowMs }))).toEqual(
          GROUP[mine][author],
        );
      }
    }
  });

  test.each(cases)('in a person chat: never ($mine, $author)', ({ mine, author }) => {
    const message = { fromUid: OTHER, authorRole: roles[author] };
    const channelType = ChannelType.person;
    expect(recallPermission(question({ channelType, message, myRole: roles[mine] }))).toEqual(notMine);
  });

  it('in any other kind of channel: never', () => {
    for (const channelType of [0, 3, 4, 5, 6, 7, 8, 99]) {
      const message = { fromUid: OTHER };
      expect(recallPermission(question({ channelType, message, myRole: Role.owner }))).toEqual(notMine);
    }
  });
});

describe('an own message', () => {
  const places = [ChannelType.person, ChannelType.group].flatMap((channelType) =>
    roleNames.map((role) => ({ channelType, role })),
  );

  describe.each(places)('in a channel of type $channelType as $role', ({ channelType, role }) => {
    const ask = (change: Parameters<typeof question>[0]) =>
      recallPermission(question({ channelType, myRole: roles[role], ...change }));
    const end = (SENT + LIMIT) * 1000;

    it.each([
      ['just sent', SENT * 1000],
      ['with the last offered millisecond', end - MARGIN - 1],
      ['on a server clock that is behind the message', SENT * 1000 - 60_000],
    ])('may be recalled: %s', (_name, nowMs) => {
      expect(ask({ nowMs })).toEqual({ ok: true, kind: 'own', untilMs: end - MARGIN });
    });

    it.each([
      ['three seconds before the end of the server', end - MARGIN],
      ['at the end of the server', end],
      ['later', end + 86_400_000],
    ])('is too late: %s', (_name, nowMs) => {
      expect(ask({ nowMs })).toEqual({ ok: false, reason: 'late', limitSecond: LIMIT });
    });

    it('has no limit where the server has none', () => {
      expect(ask({ rules: { revokeSecond: -1 }, nowMs: end * 2 })).toEqual({
        ok: true,
        kind: 'own',
        untilMs: null,
      });
    });

    it('is not offered with a window of zero, or one shorter than the margin', () => {
      for (const revokeSecond of [0, 1, 3]) {
        expect(ask({ rules: { revokeSecond }, nowMs: SENT * 1000 })).toEqual({
          ok: false,
          reason: 'late',
          limitSecond: revokeSecond,
        });
      }
    });

    it('follows rules that change', () => {
      const nowMs = SENT * 1000 + 60_000;
      expect(ask({ rules: { revokeSecond: 30 }, nowMs })).toMatchObject({ ok: false, limitSecond: 30 });
      expect(ask({ rules: { revokeSecond: 300 }, nowMs })).toMatchObject({
        ok: true,
        untilMs: (SENT + 300) * 1000 - MARGIN,
      });
    });

    it('waits for rules that are not loaded, however fresh it is', () => {
      expect(ask({ rules: null })).toEqual({ ok: false, reason: 'rulesUnknown' });
    });

    it('that was not acknowledged is taken back without asking anyone', () => {
      for (const rules of [null, { revokeSecond: LIMIT }, { revokeSecond: 0 }, { revokeSecond: -1 }]) {
        for (const nowMs of [SENT * 1000, end * 2]) {
          expect(ask({ message: { acknowledged: false }, rules, nowMs })).toEqual({
            ok: true,
            kind: 'cancelSend',
          });
        }
      }
    });
  });
});

describe('the clock', () => {
  // The question has server time; the caller makes it from its own clock and the offset of CONNACK.
  const DAY = 86_400_000;
  it.each([-400 * DAY, -3 * DAY, -3_600_000, 0, 3_600_000, 3 * DAY, 400 * DAY])(
    'of this computer may be %d ms wrong: the server offset makes up for it',
    (error) => {
      const serverNow = SENT * 1000 + 60_000;
      const localNow = serverNow + error;
      const serverOffsetMs = serverNow - localNow;
      expect(recallPermission(question({ nowMs: localNow + serverOffsetMs }))).toMatchObject({
        ok: true,
        kind: 'own',
      });
      const tooLate = localNow + serverOffsetMs + LIMIT * 1000;
      expect(recallPermission(question({ nowMs: tooLate }))).toMatchObject({ ok: false, reason: 'late' });
    },
  );

  it('leaves three seconds to the server', () => {
    expect(CLIENT_MARGIN_MS).toBe(MARGIN);
  });
});

describe('what nobody recalls', () => {
  it('system lines and what is recalled already, whoever asks', () => {
    for (const channelType of [ChannelType.person, ChannelType.group]) {
      for (const myRole of Object.values(roles)) {
        for (const message of [
          { fromUid: '' },
          { fromUid: ME, recallable: false },
          { fromUid: OTHER, recallable: false },
          { fromUid: ME, recallable: false, acknowledged: false },
        ]) {
          expect(recallPermission(question({ channelType, myRole, message }))).toEqual({
            ok: false,
            reason: 'notMine',
          });
        }
      }
    }
  });
});
