/**
 * Names that pass for the system, the server's staff or the app itself. They are marked where they are shown, and
 * nothing else: somebody may be called Support. Compared is what a name looks like (`lookalikes.ts`).
 */
import { lettersOf } from './lookalikes.ts';

/** Longer ones are no name that anybody reads to the end. */
const LONGEST = 200;

/** Words that claim an office by themselves. */
const OFFICES = [
  'system systems sysadmin admin admins administrator moderator moderators support helpdesk official notification',
  'notifications server security customerservice filehelper filetransfer tangsengdaodao tsdd wukongim wukongchat',
  'xitong guanliyuan kefu guanfang xitongtongzhi',
  'sistema systeme systém administrador administrateur soporte suporte sicherheit verwaltung',
  'система администратор админ поддержка модератор уведомление уведомления',
  'システム 管理者 運営 公式 サポート お知らせ 시스템 관리자 운영자 운영팀 공식 고객센터 알림',
  '系统 官方 管理员 客服 唐僧叨叨 悟空im',
];

/** Words that stand beside them. */
const BESIDE = [
  'service services customer center centre team staff bot account accounts message messages notice notices alert alerts',
  'assistant help helper file transfer online info information the of and for from de wukong im app chat desk mr ms',
  '悟空 通知 消息 提示 提醒 公告 中心 助手 小助手 团队 人员 专员 经理 平台 服务 运营 在线 人工 超级 号 账号 机器人 群 小秘书',
];

interface Word {
  /** As it looks. */
  word: string;
  office: boolean;
}
let byFirstLetter: ReadonlyMap<string, readonly Word[]> | undefined;

/** By their first letter. Made when the first name is looked at. */
const words = (): ReadonlyMap<string, readonly Word[]> =>
  (byFirstLetter ??= Map.groupBy([...read(OFFICES, true), ...read(BESIDE, false)], ({ word }) =>
    word.charAt(0),
  ));
const read = (lines: readonly string[], office: boolean): Word[] =>
  lines.flatMap((line) => line.split(' ').map((word) => ({ word: lettersOf(word)[0], office })));

/** `letters` are such words and nothing else, at least one of them an office. */
function isOffice(letters: string): boolean {
  if (letters === '') return false;
  // reached[at]: the first `at` letters are words; 2: with an office.
  const reached = new Uint8Array(letters.length + 1);
  reached[0] = 1;
  for (let at = 0; at < letters.length; at += 1) {
    const here = reached[at] ?? 0;
    if (here === 0) continue;
    for (const { word, office } of words().get(letters.charAt(at)) ?? [])
      if (letters.startsWith(word, at)) {
        const end = at + word.length;
        reached[end] = Math.max(reached[end] ?? 0, office ? 2 : here);
      }
  }
  return reached[letters.length] === 2;
}

/** What passes for the system with any words around it. (操作系统通知 is about another one.) */
const ANYWHERE = new RegExp(
  [
    '(?<!操作)系统(?:通知|消息|信息|提示|提醒|公告|警告|警报|管理|安全|客服|小?助手|账号|机器人|服务号|小?秘书|广播)',
    '安全中心|文件(?:传输)?小?助手',
    '官方(?:通知|消息|公告|客服|小?助手|账号|团队|人员|认证|服务|运营|平台|系统)',
    '唐僧叨叨(?:官方|系统|团队|客服|小?助手|管理员|通知|安全|运营)',
  ].join('|'),
  'u',
);

/** What passes for it as the whole name. */
const WHOLE = new RegExp(
  `^(?:${[
    '(?:系统|消息|通知|服务|客服|安全|帮助|举报|审核|支付|运营|账号|账户|认证|用户|会员)中心',
    '(?:超级|系统|平台|群|总|网站|后台|高级|值班)?管理员',
    '(?:在线|人工|平台|专属|售后|投诉|官方|微信|悟空|智能|[a-z]{1,12})?客服(?:中心|专员|人员|经理|代表|小?助手|热线|团队|部)?',
    '(?:账号|账户)?(?:安全|登录|登陆|账号|账户|支付|资金|风险|风控|平台|服务|订单|中奖|退款|认证|审核|举报)(?:通知|提醒|提示|警告|警报|公告|助手)',
    '.{0,10}官方',
  ].join('|')})$`,
  'u',
);

/**
 * The same names are looked at with each change of a list. By number: a name may be words of a message (a contact card)
 * that is recalled, and nothing may keep it. Another number for each run, so that nobody makes a name whose number is
 * that of a harmless one.
 */
const MOST_KNOWN = 20_000;
const known = new Map<number, boolean>();
const SEED = Math.trunc(Math.random() * 2 ** 32);

/** 53 bits. */
function numberOf(text: string): number {
  let [a, b] = [0xdeadbeef ^ SEED, 0x41c6ce57 ^ SEED];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2_654_435_761);
    b = Math.imul(b ^ code, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & b) + (a >>> 0);
}

export function imitatesSystem(name: string): boolean {
  const short = name.slice(0, LONGEST);
  const number = numberOf(short);
  const before = known.get(number);
  if (before !== undefined) return before;
  const [letters, withDigits] = lettersOf(short);
  const does =
    ANYWHERE.test(letters) ||
    WHOLE.test(letters) ||
    isOffice(letters) ||
    (withDigits !== letters && isOffice(withDigits));
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(number, does);
  return does;
}
