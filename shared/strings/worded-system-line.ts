/**
 * A system line in the language of the interface, with oneself as 你 / You. Servers write these lines in Chinese, with
 * names in them (tsdd-api.md 6.2); what the store keeps are known wordings only. A line in other words stays as it is.
 */
import type { SystemPart } from '../content/system-lines.ts';
import { type Language, type StringKey, stringParts, type Text, translate } from './index.ts';
import { between } from './name-list.ts';

export interface Self {
  uid: string;
  /** TSDD names who removes somebody in the text alone, by name. */
  name: string;
}

/** Nobody is 你. */
export const NOBODY: Self = { uid: '', name: '' };

/** Stands for a name while a line is matched; no text that the store keeps holds it. */
const N = '\u0001';
const NAMES = `${N}(?:[,，、]? ?${N})*`;

/** `X`, `Y`: names, in the order of the groups. `V`: words. `n`: a number. `T`: a span of time. */
const LINES: readonly (readonly [pattern: RegExp, key: StringKey])[] = [
  [`(?<X>${N})邀请(?<Y>${NAMES})加入群聊`, 'sys.invited'],
  [`(?<X>${N})邀请加入群聊`, 'sys.invitedSome'],
  [`(?<X>${NAMES})加入群聊`, 'sys.joined'],
  [`欢迎(?<X>${NAMES}) ?加入 ?[^]*，新成员入群可查看所有历史消息`, 'sys.welcome'],
  [`(?<X>${N})将(?<Y>${NAMES})移除群聊`, 'sys.removed'],
  [`(?<V>[^${N}]{1,60})将(?<Y>${NAMES})移除群聊`, 'sys.removedBy'],
  ['(?:你|我)们已经是好友了，可以愉快的聊天了！', 'sys.friends'],
  [`(?<X>${N})修改群名为"…"`, 'sys.renamedOnly'],
  [`(?<X>${N})修改群名为"(?<V>[^]*)"`, 'sys.renamed'],
  [`(?<X>${N})修改群公告为"[^]*"`, 'sys.notice'],
  [`(?<X>${N})清空了群公告`, 'sys.noticeCleared'],
  [`(?<X>${N})(?:开启了群禁言|已开启“全员禁言”)`, 'sys.muteOn'],
  [`(?<X>${N})(?:关闭了群禁言|已关闭“全员禁言”)`, 'sys.muteOff'],
  [`(?<X>${N})已启用“群聊邀请确认”[^]*`, 'sys.approvalOn'],
  [`(?<X>${N})(?:已关闭“群聊邀请确认”|已恢复默认进群方式。)`, 'sys.approvalOff'],
  [`(?<X>${N})解禁了该群`, 'sys.unbanned'],
  [`(?<X>${N})封禁了该群`, 'sys.banned'],
  [`“?(?<X>${N})[“”]?通过“?(?<Y>${N})[“”]?的二维码加入群聊`, 'sys.joinedQr'],
  [`“?(?<X>${N})[“”]?已成为新群主`, 'sys.newOwner'],
  [`“?(?<X>${N})[“”]?想邀请(?<n>\\d{1,9})位朋友加入群聊`, 'sys.wantsInvite'],
  [`“?(?<X>${N})[“”]?扫描二维码申请加入群聊`, 'sys.wantsJoin'],
  [`你被(?<X>${N})移除群聊`, 'sys.youRemoved'],
  [`“?(?<X>${N})[“”]?退出群聊`, 'sys.left'],
  ['群成员超过(?<n>\\d{1,9})，将自动升级为超级群', 'sys.superGroup'],
  [`(?<X>${N})已解散该群聊`, 'sys.disbandedBy'],
  ['群主已解散该群', 'sys.disbanded'],
  [`用户(?<X>${NAMES})已注销，无法添加到群聊`, 'sys.closed'],
  [`(?<X>${N}) ?设置消息在 (?<T>\\d{1,6}(?:秒|分钟|小时|天|月|年)) [后内]自动删除`, 'sys.autoDelete'],
  [`(?<X>${N})关闭了消息自动删除`, 'sys.autoDeleteOff'],
  [`(?<X>${N}) ?取消置顶了一条消息`, 'sys.unpinned'],
  [`取消置顶了一条消息`, 'sys.unpinnedOne'],
  [`(?<X>${N})在聊天中截屏了`, 'sys.screenshot'],
].map(([pattern, key]) => [new RegExp(`^${pattern ?? ''}$`), key as StringKey]);

const UNITS: Readonly<Record<string, StringKey>> = {
  秒: 'time.seconds',
  分钟: 'time.minutes',
  小时: 'time.hours',
  天: 'time.days',
  月: 'time.months',
  年: 'time.years',
};

/** Who is named first has not done it: it was done to them, or for them. */
const NO_DEED_OF_X: ReadonlySet<StringKey> = new Set(['sys.newOwner', 'sys.youRemoved', 'sys.closed']);

/** Whether a line says what oneself has done, and not what somebody did or what was done to oneself. */
export function isOwnDeed(parts: readonly SystemPart[], self: Self): boolean {
  const names = parts.filter(isName);
  const whole = parts.map((part) => (isName(part) ? N : part.text)).join('');
  for (const [pattern, key] of LINES) {
    const found = pattern.exec(whole);
    if (!found) continue;
    if (key === 'sys.removedBy') return found.groups?.['V'] === self.name;
    return !NO_DEED_OF_X.has(key) && isSelf(names[0]?.uid ?? null, self);
  }
  // A tip that is worded here, with the name alone.
  return isSelf(parts[0]?.uid ?? null, self);
}

const isName = ({ uid, more }: SystemPart): boolean => uid !== null || more !== undefined;

/**
 * The parts to be drawn: literals, and names (`uid` not null). A Chinese line about others stays as the server
 * wrote it. One pass over the line.
 */
export function wordedSystemLine(
  language: Language,
  parts: readonly SystemPart[],
  self: Self,
): readonly SystemPart[] {
  const names = parts.filter(isName);
  const whole = parts.map((part) => (isName(part) ? N : part.text)).join('');
  for (const [pattern, key] of LINES) {
    const found = pattern.exec(whole);
    if (!found) continue;
    const line = worded(language, key, found.groups ?? {}, names, self);
    return language === 'zh' && !line.some(({ uid }) => isSelf(uid, self)) ? parts : line;
  }
  return selfIn(language, parts, self);
}

function worded(
  language: Language,
  key: StringKey,
  groups: Readonly<Record<string, string | undefined>>,
  names: readonly SystemPart[],
  self: Self,
): readonly SystemPart[] {
  const first = groups['X']?.split(N).length ?? 1;
  const lists: Readonly<Record<string, readonly SystemPart[]>> = {
    X: names.slice(0, first - 1),
    Y: names.slice(first - 1),
  };
  const number = Number(groups['n'] ?? 0);
  const params = { X: '', Y: '', V: groups['V'] ?? '', T: spanOf(language, groups['T']), n: number };
  const found = stringParts(language, { key, params } as Text).flatMap(
    ({ text, param }): readonly SystemPart[] => {
      const list = param === null ? undefined : lists[param];
      if (list) return listed(language, list);
      // Somebody whose name alone is known is nobody else of that name only when it is one's own.
      if (param === 'V' && key === 'sys.removedBy')
        return [{ text, uid: text === self.name ? self.uid : '' }];
      return [{ text, uid: null }];
    },
  );
  return selfIn(language, found, self);
}

function listed(language: Language, names: readonly SystemPart[]): readonly SystemPart[] {
  return names.flatMap((name, at) => {
    if (name.more !== undefined) {
      const rest = translate(language, 'msg.moreNames', { n: name.more }).trim();
      return [{ text: language === 'zh' ? rest : ` ${rest}`, uid: null }];
    }
    return at === 0 ? [name] : [{ text: between(language), uid: null }, name];
  });
}

function spanOf(language: Language, span: string | undefined): string {
  const [, digits = '', unit = ''] = /^(\d+)(.+)$/.exec(span ?? '') ?? [];
  const key = UNITS[unit];
  return key === undefined
    ? ''
    : stringParts(language, { key, params: { n: Number(digits) } } as Text)
        .map(({ text }) => text)
        .join('');
}

const isSelf = (uid: string | null, self: Self): boolean => uid !== null && uid !== '' && uid === self.uid;

function selfIn(language: Language, parts: readonly SystemPart[], self: Self): readonly SystemPart[] {
  return parts.map((part, at) =>
    isSelf(part.uid, self)
      ? { ...part, text: translate(language, at === 0 ? 'sys.you' : 'sys.youWithin') }
      : part,
  );
}

/** The same as one text. */
export const systemLineText = (language: Language, parts: readonly SystemPart[], self: Self): string =>
  wordedSystemLine(language, parts, self)
    .map(({ text, more }) => (more ? translate(language, 'msg.moreNames', { n: more }) : text))
    .join('');
