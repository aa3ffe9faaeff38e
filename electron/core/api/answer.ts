/**
 * Reading answers: a whole answer of the wrong shape is an error that names the field; one row of a list of the
 * wrong shape is left out and logged. Neither text contains what the field held, because that may be content.
 */
import type { z } from 'zod';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { Log } from './http.ts';

/** `payload.reply: expected object`, never the value. */
function describeIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => {
      const path = issue.path.map(String).join('.') || '(whole)';
      const expected =
        'expected' in issue && typeof issue.expected === 'string' ? `expected ${issue.expected}` : issue.code;
      return `${path}: ${expected}`;
    })
    .join(', ');
}

/** Parses a whole answer or throws `CodedError('notCompatible')`. */
export function readAnswer<S extends z.ZodType>(what: string, schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new CodedError('notCompatible', `${what}: unexpected answer (${describeIssues(parsed.error)})`);
}

/** Parses a list row by row. `null` counts as empty (TSDD, tsdd-api.md 0). */
export function readRows<S extends z.ZodType>(
  what: string,
  schema: S,
  body: unknown,
  log: Log,
): z.output<S>[] {
  if (body === null || body === undefined) return [];
  if (!Array.isArray(body))
    throw new CodedError('notCompatible', `${what}: unexpected answer ((whole): expected array)`);
  const rows: z.output<S>[] = [];
  for (const [index, row] of body.entries()) {
    const parsed = schema.safeParse(row);
    if (parsed.success) rows.push(parsed.data);
    else log('warn', `${what}: row ${index} left out (${describeIssues(parsed.error)})`);
  }
  return rows;
}
