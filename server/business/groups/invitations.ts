/**
 * Invitations that owner or managers have to confirm (tsdd-api.md 3.2), and requests of whoever scanned a code while
 * approval is on, which TSDD does not know: there such a code lets nobody in. Refusing is not in TSDD either.
 */
import type { Accounts } from '../accounts/accounts.ts';
import { refusal } from '../http/errors.ts';
import type { Commands } from '../im-client/commands.ts';
import { quotaExceeded, type Quotas } from '../quotas.ts';
import type { Db } from '../store/database.ts';
import { newId } from '../store/format.ts';
import type { Groups } from './groups.ts';

export const InviteStatus = { waiting: 0, confirmed: 1, refused: 2, expired: 3 } as const;
const LIFETIME_MS = 7 * 24 * 3600 * 1000;

interface InviteRow {
  invite_no: string;
  group_no: string;
  inviter: string;
  /** Who showed the code by which `inviter` wants to come in himself; '' = a member invites others. */
  maker: string;
  remark: string;
  status: number;
  answered_by: string;
  created_at: number;
}

export interface InvitationsDeps {
  db: Db;
  accounts: Accounts;
  groups: Groups;
  commands: Commands;
  quotas: Quotas;
  now: () => number;
}

export class Invitations {
  readonly #deps: InvitationsDeps;

  constructor(deps: InvitationsDeps) {
    this.#deps = deps;
  }

  /** A member asks owner and managers to let these people in. */
  add(groupNo: string, inviter: string, uids: readonly string[], remark: string): void {
    const invited = this.#deps.groups.newcomers(groupNo, inviter, uids);
    if (invited.length === 0) throw refusal('添加的成员已在群内或在群黑名单内', 'already_member');
    this.#insert({ groupNo, inviter, maker: '', remark, uids: invited });
  }

  /** Somebody who scanned the code of `maker` asks to come in. Asking again changes nothing. */
  addByCode(groupNo: string, maker: string, uid: string): void {
    this.#deps.groups.newcomers(groupNo, maker, [uid]);
    const waiting = this.#deps.db.get(
      'SELECT 1 FROM group_invite WHERE group_no = ? AND inviter = ? AND maker <> ? AND status = ? AND created_at > ?',
      groupNo,
      uid,
      '',
      InviteStatus.waiting,
      this.#deps.now() - LIFETIME_MS,
    );
    if (!waiting) this.#insert({ groupNo, inviter: uid, maker, remark: '', uids: [uid] });
  }

  #insert(invite: {
    groupNo: string;
    inviter: string;
    maker: string;
    remark: string;
    uids: readonly string[];
  }): void {
    const { db, accounts, commands, groups, now, quotas } = this.#deps;
    const { groupNo, inviter, maker, remark, uids } = invite;
    const open = db.get<{ n: number }>(
      'SELECT count(*) n FROM group_invite WHERE inviter = ? AND status = ? AND created_at > ?',
      inviter,
      InviteStatus.waiting,
      now() - LIFETIME_MS,
    );
    if ((open?.n ?? 0) >= quotas.openInvitations) throw quotaExceeded('待确认的入群邀请已达上限！');
    groups.countLine(inviter);
    const inviteNo = newId();
    db.transaction(() => {
      db.run(
        'INSERT INTO group_invite(invite_no, group_no, inviter, maker, remark, created_at) VALUES (?, ?, ?, ?, ?, ?)',
        inviteNo,
        groupNo,
        inviter,
        maker,
        remark,
        now(),
      );
      for (const uid of uids)
        db.run('INSERT INTO group_invite_item(invite_no, uid) VALUES (?, ?)', inviteNo, uid);
      commands.queueGroupNotice(groupNo, {
        content: maker === '' ? `“{0}“想邀请${uids.length}位朋友加入群聊` : '“{0}”扫描二维码申请加入群聊',
        extra: [{ uid: inviter, name: accounts.name(inviter) }],
        invite_no: inviteNo,
        type: 1009,
        visibles: groups.leaders(groupNo),
      });
    });
  }

  /** The invitation, for owner and managers of its group. Throws for everybody else as if there were none. */
  #ofLeader(inviteNo: string, uid: string): InviteRow {
    const row = this.#deps.db.get<InviteRow>('SELECT * FROM group_invite WHERE invite_no = ?', inviteNo);
    const role = row ? this.#deps.groups.role(row.group_no, uid) : null;
    if (!row || role === null || role === 0) throw refusal('没有查到邀请信息！');
    return row;
  }

  groupOf(inviteNo: string, uid: string): string {
    return this.#ofLeader(inviteNo, uid).group_no;
  }

  #invited({ invite_no: inviteNo }: InviteRow): string[] {
    return this.#deps.db
      .all<{ uid: string }>('SELECT uid FROM group_invite_item WHERE invite_no = ? ORDER BY id', inviteNo)
      .map((item) => item.uid);
  }

  /** As TSDD: an invitation whose people have all come in on another way counts as confirmed. */
  #statusOf(row: InviteRow): number {
    if (row.status !== InviteStatus.waiting) return row.status;
    if (this.#invited(row).every((uid) => this.#deps.groups.isMember(row.group_no, uid)))
      return InviteStatus.confirmed;
    return row.created_at + LIFETIME_MS <= this.#deps.now() ? InviteStatus.expired : InviteStatus.waiting;
  }

  /** TSDD's keys, and after them what newer clients show: who answered, when it was made, that it can be refused. */
  detail(inviteNo: string, viewer: string): Record<string, unknown> {
    const row = this.#ofLeader(inviteNo, viewer);
    const { accounts } = this.#deps;
    return {
      invite_no: row.invite_no,
      group_no: row.group_no,
      inviter: row.inviter,
      inviter_name: accounts.name(row.inviter),
      remark: row.remark,
      status: this.#statusOf(row),
      items: this.#invited(row).map((uid) => ({ uid, name: accounts.name(uid) })),
      by_code: row.maker === '' ? 0 : 1,
      answered_by: row.answered_by,
      answered_by_name: row.answered_by === '' ? '' : accounts.name(row.answered_by),
      created_at: Math.floor(row.created_at / 1000),
      can_refuse: 1,
    };
  }

  async confirm(inviteNo: string, by: string): Promise<void> {
    const { groups } = this.#deps;
    const row = this.#waiting(inviteNo, by);
    const invited = this.#invited(row);
    if (row.maker === '') await groups.addMembers(row.group_no, row.inviter, invited, true);
    else for (const uid of invited) await groups.joinByCode(row.group_no, row.maker, uid);
    this.#answer(row, by, InviteStatus.confirmed);
  }

  refuse(inviteNo: string, by: string): void {
    this.#answer(this.#waiting(inviteNo, by), by, InviteStatus.refused);
  }

  #waiting(inviteNo: string, by: string): InviteRow {
    const row = this.#ofLeader(inviteNo, by);
    this.#deps.groups.requireManager(row.group_no, by, '你不是群主或管理员！');
    if (this.#statusOf(row) !== InviteStatus.waiting)
      throw refusal('邀请信息不是待邀请状态！', 'not_waiting');
    return row;
  }

  #answer(row: InviteRow, by: string, status: number): void {
    this.#deps.db.run(
      'UPDATE group_invite SET status = ?, answered_by = ? WHERE invite_no = ? AND status = ?',
      status,
      by,
      row.invite_no,
      InviteStatus.waiting,
    );
  }
}
