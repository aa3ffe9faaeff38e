/**
 * Request validation: a wrong JSON type gives a 400 that names the field, where TSDD panics or answers with a generic
 * text.
 */
import { z } from 'zod';
import { ApiError } from './errors.ts';

/** Parses a request part. Throws a 400 whose text starts with TSDD's and names the first offending field. */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.map(String).join('.') ?? '';
  const where = field === '' ? '' : `字段 ${field}: `;
  throw new ApiError(400, `请求数据格式有误！${where}${issue?.message ?? ''}`, {
    code: 'bad_request',
    ...(field === '' ? {} : { field }),
  });
}

/** Ids never hold WuKongIM's separators (wukongim.md B.5) or control characters. */
// oxlint-disable-next-line no-control-regex
const ID = /^[^@#&\s\u0000-\u001f]{1,100}$/;
export const Id = z.string().regex(ID, '不是有效的标识');
/** A decimal int64 as a string: a JSON number cannot carry it. */
export const MessageIdString = z.string().regex(/^\d{1,19}$/, 'message_id 必须是十进制数字字符串');
export const ChannelTypeField = z.union([z.literal(1), z.literal(2)], { error: '频道类型只能是 1 或 2' });
export const Seq = z.int().min(0).max(0xffff_ffff);
/** A number in a query string; absent or empty counts as `fallback`. */
export const queryInt = (fallback: number) =>
  z
    .string()
    .optional()
    .transform((text, context) => {
      if (text === undefined || text === '') return fallback;
      if (/^\d{1,16}$/.test(text)) return Number(text);
      context.addIssue({ code: 'custom', message: '必须是非负整数' });
      return z.NEVER;
    });
export const Flag01 = z.union([z.literal(0), z.literal(1)], { error: '只能是 0 或 1' });

export const ChannelFields = { channel_id: Id, channel_type: ChannelTypeField };
