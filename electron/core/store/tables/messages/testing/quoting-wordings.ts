/** Lines of a server with the words of a message (S) in them, and how to find those in what is stored. */

const QUOTED = [
  '（S）',
  '(S)',
  '［S］',
  '[S]',
  '{S}',
  '《S》',
  '〈S〉',
  '【S】',
  '「S」',
  '『S』',
  '“S”',
  '‘S’',
  '"S"',
  "'S'",

  '«S»',
  '„S“',
  '`S`',
  '&quot;S&quot;',
  '〝S〞',
  '❝S❞',
  '¿S?',
  '*S*',
  '~S~',
  '<b>S</b>',
  '> S',
  '>> S',
  '| S |',

  '—S',
  '——S',
  '- S',
  '– S',
  '→ S',
  '：S',
  ': S',
  '，S',
  ',S',
  '；S',
  '。S',
  '！S',
  '\nS',
  '\r\nS',
  '\u2028S',
].map((quoted) => `{0} 发布了${quoted}`);
const OTHERS = [
  'S',
  'S {0}',
  '{0}S',
  '欢迎{0}！S',
  '欢迎{0}加入群聊，S',
  'S 已被{0}设为精华',
  '{0} 将 S 设为精华消息',
  '{0} 发布了公告 S',
  '{0} 发布了群公告，内容：S',
  '{0} 禁言了{1}，理由 S',
  '{0} 拒绝了你的申请，理由：S',
  '{0} 回复了你的消息 S',
  '{0} 回复了S',
  '{0} replied to your message S',
  '{0} quoted S in the group',
  '{0} закрепил сообщение S',
  'Пользователь {0} ответил: S',
  '{0} ปักหมุดข้อความ S แล้ว',
  '{0} が「S」を固定しました',
  '{0} 님이 메시지를 고정했습니다: S',
  '{0} a épinglé « S »',
  '{0} hat „S“ angepinnt',
  'رسالة {0}: S',
  '{0} 撤回了一条消息 S',
  '{0} 编辑了消息：旧 S 新 S',
  '{0} 收藏了 S，点击查看',
  '{0} 给 S 点了赞',
  '投票“S”已结束',
  '{0}已解散该群聊S',
  'S{0}已解散该群聊',
  '{0}已解散S该群聊',
  '{0}修改群公告为"x" S',
  '{0}设置消息在 S 后自动删除',
  '“{0}“想邀请S位朋友加入群聊',
  '我们已经是好友了，可以愉快的聊天了！S',
  '你们已经是好友了，S可以愉快的聊天了！',
  '欢迎{0} 加入 x，新成员入群可查看所有历史消息 S',
  '{0} 取消了 S 的置顶',
  'S 被 {0} 置顶',
];
/** Known ones with somebody's words in them. */
const KNOWN_WITH_WORDS = [
  '{0} 置顶了`S`',
  '{0} 置顶了S',
  '{0}置顶了 S',
  '置顶了`S`',
  '{0} 取消置顶了`S`',
  '{0} pinned “S”',
  '{0} unpinned S',
  '{0}修改群公告为"S"',
  '{0}修改群公告为"a "S" b"',
  '{0}修改群名为"S"',
  '欢迎{0} 加入 S，新成员入群可查看所有历史消息',
];
/** Wordings that no server here has. */
export const FOREIGN: readonly string[] = [...QUOTED, ...OTHERS];
export const WITH_WORDS: readonly string[] = [...FOREIGN, ...KNOWN_WITH_WORDS];

/** Whether a part of three characters or more of `words` is in `stored`, beside what `wording` has itself. */
export function runOf(words: string, stored: string, wording: string): string | null {
  const chars = Array.from(words);
  for (let at = 0; at + 3 <= chars.length; at += 1) {
    const run = chars.slice(at, at + 3).join('');
    if (stored.includes(run) && !wording.includes(run)) return run;
  }
  return null;
}

/** All values in an object, without the names of its fields. */
export const valuesIn = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? Object.values(value).map(valuesIn).join('\u0000')
    : String(value);
