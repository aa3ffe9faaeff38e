/**
 * A body that is looked at and passed on. TSDD reads JSON otherwise than JavaScript does: it takes keys in any letters
 * ("Message_ID"), the first value where more follows, and puts together what is named twice. So it gets what was looked
 * at, written anew, and no key that it could take for one of those that count.
 */
import { Readable } from 'node:stream';
import { parseExact } from '../../../shared/exact-json.ts';
import { isObject, type JsonObject, nestingDepth } from '../../../shared/json.ts';
import { ApiError } from '../../business/http/errors.ts';
import { readBody } from './read-body.ts';

/** Levels: a payload of as many as a message may have (payload-guard.ts), in the body. */
const DEEPEST = 41;

export interface CheckedBody {
  asked: JsonObject;
  /** What is sent on. */
  body: Buffer;
  contentType: 'application/json';
}

/** As Go folds letters: also those outside of ASCII whose other case lies in it. */
const folded = (key: string): string => key.toUpperCase().toLowerCase();

/** Of a request whose body is a stream, or is not there at all. */
export async function bodyOf(
  { body }: { body: unknown },
  names: readonly string[],
  most: number,
): Promise<CheckedBody> {
  return checkedBody(body instanceof Readable ? await readBody(body, most) : Buffer.alloc(0), names);
}

/**
 * `names`: the keys that are looked at.
 * @throws ApiError 400 for what is no JSON object, or could be read in two ways
 */
export function checkedBody(body: Buffer, names: readonly string[]): CheckedBody {
  const text = body.toString('utf8');
  let asked: unknown;
  let exact: unknown;
  try {
    if (nestingDepth(text) > DEEPEST) throw new SyntaxError('nested too deeply');
    asked = JSON.parse(text);
    exact = parseExact(text, 'raw');
  } catch {
    throw new ApiError(400, '数据格式有误！');
  }
  if (!isObject(asked)) throw new ApiError(400, '数据格式有误！');
  const other = Object.keys(asked).find((key) => !names.includes(key) && names.includes(folded(key)));
  if (other !== undefined) throw new ApiError(400, `数据格式有误！字段 ${folded(other)}`);
  return { asked, body: Buffer.from(JSON.stringify(exact)), contentType: 'application/json' };
}
