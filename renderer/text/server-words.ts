/**
 * What TSDD, and the embedded server, say no with (docs/embedded-servers.md): sentences in Chinese, whatever the
 * language of the interface. Known ones are said in its words; of all others the server's own sentence is shown.
 */
import type { StringKey } from '../../shared/strings/index.ts';

type Said = Extract<StringKey, `said.${string}`>;

const KNOWN: ReadonlyMap<string, Said> = new Map<string, Said>([
  ['该用户名已存在', 'said.nameTaken'],
  ['该用户已存在', 'said.userTaken'],
  ['用户名只能包含字母、数字、下划线、点和连字符', 'said.nameLetters'],
  ['邀请码无效', 'said.wrongInvite'],
  ['密码不正确', 'said.wrongPassword'],
  ['此短编号已被占用', 'said.numberTaken'],
  ['用户不存在', 'said.noUser'],
  ['不能添加自己为好友', 'said.yourself'],
  ['已经是好友，不能再申请', 'said.isFriend'],
  ['群不存在', 'said.noGroup'],
  ['群不存在或你不是群成员', 'said.noGroupOfYours'],
  ['已经在群内，不能再加入', 'said.isMember'],
  ['没有权限', 'said.noRight'],
  ['操作过于频繁，请稍后再试', 'said.tooOften'],
  ['登录过于频繁，请稍后再试', 'said.tooOften'],
  ['服务器繁忙，请稍后再试', 'said.busy'],
]);

/** The string that says the same; null = not known. */
export const knownRefusal = (message: string): Said | null =>
  KNOWN.get(message.trim().replace(/[！!。]$/, '')) ?? null;
