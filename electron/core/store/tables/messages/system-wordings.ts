/**
 * Every line that TSDD and the embedded server post as the system, and what in it is a name (tsdd-api.md 6.2). A line
 * in other words is nobody's known wording: it may say what a message says, anywhere and in any language, so nothing of
 * it is kept. Matching is one pass of a pattern without nested choices over the text.
 */
import { cutText } from '../../../../../shared/text-cut.ts';

/** A person named in a line; null: an entry that is no person, whose place stays. */
export type Person = { uid: string; name: string } | null;

/** What is known beside the text. */
interface Beside {
  type: number;
  people: readonly Person[];
  /** Who acted, as a field of the payload names him; '' when none does. */
  actor: string;
  /** What the group is called now, as a field of the payload says; null when none does. */
  groupName: string | null;
}

export interface KnownLine {
  /** The wording with its names, and `…` where somebody's words stood. */
  content: string;
  /** Those of `people` that the line names, at their places. */
  extra: Person[];
  /** The line begins with, or greets, the actor. */
  namesActor: boolean;
  /** What the group is called now, when the line says it. */
  groupName: string | null;
}

/** Names and titles are cut here; what is longer is none. */
export const LONGEST_VALUE = 100;
/** No server here or at TSDD takes a longer name of a user. */
const LONGEST_OPERATOR = 50;

/**
 * `<actor>`: the name that a field confirms. `<names>`: placeholders. `<operator>`: a name that stands in the text
 * alone, as TSDD writes it into type 1003. `<called>`: the group's new name, if a field confirms it. `<words>`:
 * somebody's words. The types are those that TSDD gives the line.
 */
const WORDINGS: readonly (readonly [types: readonly number[], wording: string])[] = [
  [[1001, 1002], '<actor>邀请<names>加入群聊'],
  [[1001, 1002], '<actor>邀请加入群聊'],
  [[1001, 1002], '{0}邀请<names>加入群聊'],
  [[1001, 1002], '<names>加入群聊'],
  [[1002], '欢迎<actor>加入<words>，新成员入群可查看所有历史消息'],
  [[1002], '欢迎<names> 加入 <words>，新成员入群可查看所有历史消息'],
  [[1003], '{0}将<names>移除群聊'],
  [[1003], '<operator>将<names>移除群聊'],
  [[1004], '你们已经是好友了，可以愉快的聊天了！'],
  [[1005], '{0}修改群名为"<called>"'],
  [[1005], '{0}修改群公告为"<words>"'],
  [[1005], '{0}清空了群公告'],
  [[1005], '{0}开启了群禁言'],
  [[1005], '{0}关闭了群禁言'],
  [[1005], '{0}已开启“全员禁言”'],
  [[1005], '{0}已关闭“全员禁言”'],
  [[1005], '{0}已启用“群聊邀请确认”，群成员需群主或管理员确认才能邀请朋友进群。'],
  [[1005], '{0}已启用“群聊邀请确认”'],
  [[1005], '{0}已关闭“群聊邀请确认”'],
  [[1005], '{0}已恢复默认进群方式。'],
  [[1005], '{0}解禁了该群'],
  [[1005], '{0}封禁了该群'],
  [[1007], '“{0}”通过“{1}”的二维码加入群聊'],
  [[1008], '“{0}”已成为新群主'],
  [[1009], '“{0}“想邀请<number>位朋友加入群聊'],
  [[1009], '“{0}”扫描二维码申请加入群聊'],
  [[1010, 1020], '你被{0}移除群聊'],
  [[1021], '“{0}“退出群聊'],
  [[1021], '{0}退出群聊'],
  [[1022], '群成员超过<number>，将自动升级为超级群'],
  [[2000], '我们已经是好友了，可以愉快的聊天了！'],
  [[2000], '{0}已解散该群聊'],
  [[2000], '群主已解散该群'],
  [[2000], '用户<names>已注销，无法添加到群聊'],
  [[2000], '{0}设置消息在 <time> 后自动删除'],
  [[2000], '{0} 设置消息在 <time> 内自动删除'],
  [[2000], '{0}关闭了消息自动删除'],
];

/** Stands for the confirmed actor while a text is matched; no text holds it. */
const ACTOR = '\u0001';

const SLOTS: Readonly<Record<string, string>> = {
  actor: ACTOR,
  names: '(?:\\{\\d{1,3}\\}[,，、]? ?)+',
  operator: String.raw`[^{\n\r]{1,${LONGEST_OPERATOR}}?`,
  number: String.raw`\d{1,9}`,
  time: '\\d{1,6}(?:秒|分钟|小时|天|月|年)',
  called: `(?<called>[^]*)`,
  words: `(?<words>[^]*)`,
};

const escaped = (literal: string): string => literal.replaceAll(/[{}().]/g, String.raw`\$&`);

function patternOf(wording: string): RegExp {
  const parts = wording.split(/<(\w+)>/);
  return new RegExp(`^${parts.map((part, at) => (at % 2 ? SLOTS[part] : escaped(part))).join('')}$`, 'd');
}

const PATTERNS = WORDINGS.map(([types, wording]) => ({
  /** A name that stands in the text is one only where TSDD writes names. For fixed words the type does not matter. */
  only: /<(?:actor|operator|called)>/.test(wording) ? new Set(types) : null,
  pattern: patternOf(wording),
}));

const GREETING = '欢迎';

/** The text with `ACTOR` for the actor, where one of the wordings names him. */
function withActorMarked(text: string, actor: string): string {
  const name = cutText(actor, LONGEST_VALUE);
  if (name === '') return text;
  for (const before of ['', GREETING])
    if (text.startsWith(before + name)) return before + ACTOR + text.slice(before.length + name.length);
  return text;
}

const OMITTED = '…';

/** The line as far as its wording is known; null: it is none that a server here makes. */
export function knownLine(text: string, beside: Beside): KnownLine | null {
  if (text.includes(ACTOR)) return null;
  const marked = withActorMarked(text, beside.actor);
  for (const candidate of marked === text ? [text] : [marked, text])
    for (const { only, pattern } of PATTERNS) {
      const found = !only || only.has(beside.type) ? pattern.exec(candidate) : null;
      const line = found && lineOf(candidate, found, beside);
      if (line) return line;
    }
  return null;
}

/** null: it names somebody who is nobody. */
function lineOf(text: string, { groups, indices }: RegExpExecArray, beside: Beside): KnownLine | null {
  const { people, actor, groupName } = beside;
  const called = groups?.['called'];
  const isConfirmed = called !== undefined && called === groupName && isTitle(called);
  const [from, to] = indices?.groups?.['called'] ?? indices?.groups?.['words'] ?? [text.length, text.length];
  // Placeholders stand in the wording, never in what stands in it.
  const [before, after] = [text.slice(0, from), text.slice(to)];
  const used = new Set(
    [...`${before} ${after}`.matchAll(/\{(\d{1,3})\}/g)].map(([, index]) => Number(index)),
  );
  for (const index of used) if (!people[index]) return null;
  const held = isConfirmed ? called : from === text.length ? '' : OMITTED;
  return {
    content: (before + held + after).replace(ACTOR, () => cutText(actor, LONGEST_VALUE)),
    extra: people
      .slice(0, Math.max(-1, ...used) + 1)
      .map((person, index) => (used.has(index) ? person : null)),
    namesActor: text.includes(ACTOR),
    groupName: isConfirmed ? called : null,
  };
}

const isTitle = (name: string): boolean => name.length <= LONGEST_VALUE && !/[\n\r\u2028\u2029]/.test(name);
