/**
 * Who comes into a group: added by a member, let in after an invitation was confirmed, or by a QR code (tsdd-api.md
 * 3.2). The blacklist keeps people out on every one of these ways.
 */
import { refusal } from '../http/errors.ts';
import { AttemptLimit, tooOften } from '../http/rate-limit.ts';
import { GROUP } from '../im-client/commands.ts';
import { GroupRows, Role } from './group-rows.ts';
import { type GroupsDeps, GroupWrites } from './group-writes.ts';

export const MAX_MEMBERS = 10_000;
const HOUR_MS = 3600 * 1000;

export class GroupEntry extends GroupRows {
  protected readonly deps: GroupsDeps;
  protected readonly rows: GroupWrites;
  /** Changes that a line in the group tells of, by who makes them. */
  readonly #lines: AttemptLimit;

  constructor(deps: GroupsDeps) {
    super(deps.db);
    this.deps = deps;
    this.rows = new GroupWrites(deps, this);
    this.#lines = new AttemptLimit(deps.quotas.groupLinesPerHour, HOUR_MS, deps.now);
  }

  /** Each is a message in the group, also where nobody else is left to read it. Throws when it is one too many. */
  countLine(by: string): void {
    if (!this.#lines.take(by)) throw tooOften();
  }

  /** `approved`: owner or a manager has confirmed it. */
  async addMembers(groupNo: string, by: string, uids: readonly string[], approved = false): Promise<void> {
    const name = this.deps.accounts.name(by);
    await this.#letIn(
      { groupNo, by, actor: by },
      () => this.#joining(groupNo, by, uids, approved),
      (joining) => ({
        content: `${name}邀请${joining.map((_uid, index) => `{${index}}`).join('、')}加入群聊`,
        extra: this.rows.named(joining),
        from_name: name,
        from_uid: by,
        type: 1002,
      }),
    );
  }

  /** Somebody comes in by the code that `maker`, a member, showed. */
  async joinByCode(groupNo: string, maker: string, uid: string): Promise<void> {
    await this.#letIn(
      { groupNo, by: maker, actor: uid },
      () => this.newcomers(groupNo, maker, [uid]),
      () => ({
        content: '“{0}”通过“{1}”的二维码加入群聊',
        extra: this.rows.named([uid, maker]),
        type: 1007,
      }),
    );
  }

  async #letIn(
    { groupNo, by, actor }: { groupNo: string; by: string; actor: string },
    who: () => string[],
    line: (joining: readonly string[]) => Record<string, unknown>,
  ): Promise<void> {
    if (who().length === 0) return;
    const hidesHistory = this.find(groupNo)?.allow_view_history_msg !== 1;
    const offset = hidesHistory ? await this.deps.im.maxMessageSeq(by, groupNo, GROUP) : 0;
    // Again: meanwhile the inviter may have been removed, the group disbanded, others added.
    const joining = who();
    if (joining.length === 0) return;
    this.countLine(actor);
    this.db.transaction(() => {
      for (const uid of joining) {
        const former = this.member(groupNo, uid);
        this.rows.join(groupNo, uid, by, offset);
        // Muted when he left: that is over.
        if (former) this.rows.syncDenyList(groupNo, uid);
      }
      this.rows.imList(groupNo, '/channel/subscriber_add', { subscribers: joining });
      this.deps.commands.queueGroupNotice(groupNo, line(joining));
    });
  }

  /** Those of `uids` whom `by` adds now. Throws unless that is allowed. */
  #joining(groupNo: string, by: string, uids: readonly string[], approved: boolean): string[] {
    const inviter = this.requireMember(groupNo, by);
    if (!approved && this.find(groupNo)?.invite === 1 && inviter.role === Role.member)
      throw refusal('群开启了邀请确认，只有群主或管理员可以邀请！', 'not_allowed');
    return this.newcomers(groupNo, by, uids);
  }

  /**
   * Those of `uids` who are not in the group yet and may come in; `by`, a member, brings them. Throws when all who are
   * not in it are kept out.
   */
  newcomers(groupNo: string, by: string, uids: readonly string[]): string[] {
    this.requireMember(groupNo, by);
    this.requireActive(groupNo);
    const users = this.deps.accounts.findMany(uids);
    const outside = [...new Set(uids)].filter((uid) => users.has(uid) && !this.isMember(groupNo, uid));
    const alive = outside.filter((uid) => users.get(uid)?.destroyed === 0);
    if (outside.length > 0 && alive.length === 0)
      throw refusal('添加用户已注销无法加入群聊', 'destroyed_account');
    const joining = alive.filter((uid) => !this.isBlacklisted(groupNo, uid));
    if (alive.length > 0 && joining.length === 0)
      throw refusal('添加的成员已在群内或在群黑名单内', 'blacklisted');
    if (this.members(groupNo).length + joining.length > MAX_MEMBERS)
      throw refusal(`群成员不能超过${MAX_MEMBERS}人！`);
    return joining;
  }
}
