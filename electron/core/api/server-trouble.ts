/**
 * Refusals that are none: TSDD answers 400 for everything, also when its database or its WuKongIM did not answer, and
 * says so only in the text (tsdd-api.md 5.3). Such a text names what the server was doing and that it failed.
 */
import { CodedError } from '../../../shared/ipc/result.ts';
import { RefusedError } from './http.ts';

const DOING =
  '查询|搜索|插入|更新|修改|添加|新增|删除|清除|开启|提交|事务|获取|读取|设置|缓存|解析|调用|同步|发送|命令发送|权限判断|生成|创建';
const TROUBLE = new RegExp(`^(?:${DOING}).*(?:失败|错误)$`, 'u');

/** A text of TSDD without its closing marks. (Looked for from the first of them only: a text may be of many.) */
export const bareText = (text: string): string => text.trim().replace(/(?<![！!。.])[！!。.]+$/u, '');

/** By its text alone; a server that adds a machine code means what it says. */
export function isServersTrouble(error: unknown): boolean {
  return error instanceof RefusedError && error.machineCode === null && TROUBLE.test(bareText(error.message));
}

/** The server was understood, and there is nothing to be had: asking again brings nothing. */
const SAYS_NO: ReadonlySet<string> = new Set(['refused', 'notCompatible', 'notFound']);

/** Whether an error is an answer that will be the same next time. */
export const isFinalNo = (error: unknown): boolean =>
  error instanceof CodedError && SAYS_NO.has(error.code) && !isServersTrouble(error);
