/** Whether what was pasted or typed is code, and what becomes of it as a block. Pure. */
import { unclosedFence } from '../../../shared/content/code-fences.ts';

/** Signs that code has and sentences have not, one a line. */
const SIGNS =
  /[;{}]\s*$|^\s*(?:\/\/|\/\*|\*\/|#include|#!|<\/?[A-Za-z][\w-]*[ >]|@\w+|\$ )|=>|::|->|[!=]==?|&&|\|\||^\s*(?:import|export|const|let|var|function|def|class|return|if|for|while|else|elif|try|catch|except|public|private|fn|func|package|use|SELECT|INSERT|UPDATE|CREATE|FROM|WHERE)\b.*[(){}:;='"*]|^\s*"[\w-]+":|^\s*[\w.]+\(.*\)[;,]?$|^\s*[\w.]+\s*=\s*\S/;
/** So much of a paste is looked at. */
const LOOKED_AT = 20_000;
const MOST_LINES = 200;

/** At least two lines, a third of them with a sign of code; what has fences already needs none. */
export function looksLikeCode(pasted: string): boolean {
  if (pasted.includes('```')) return false;
  const lines = pasted
    .slice(0, LOOKED_AT)
    .split('\n', MOST_LINES)
    // The signs stand at the beginning or the end of a line, or are found in one pass.
    .map((line) => line.slice(0, 300))
    .filter((line) => line.trim() !== '');
  if (lines.length < 2) return false;
  const signs = lines.filter((line) => SIGNS.test(line)).length;
  return signs * 3 >= lines.length && signs > 0;
}

/** The text with `pasted` between fences on lines of their own; null when it stands there no more. */
export function fenced(text: string, pasted: string): { text: string; caret: number } | null {
  const at = text.lastIndexOf(pasted);
  if (at < 0 || pasted === '') return null;
  const before = text.slice(0, at);
  const after = text.slice(at + pasted.length);
  const block =
    (before === '' || before.endsWith('\n') ? '' : '\n') +
    `\`\`\`\n${pasted.replace(/\n$/, '')}\n\`\`\`` +
    (after === '' || after.startsWith('\n') ? '' : '\n');
  return { text: before + block + after, caret: at + block.length };
}

/** Code right behind the backticks; a word alone may still become the name of a language. */
const BEGINS_WITH_CODE = /^( {0,3})(`{3,})(?![A-Za-z0-9_+#.-]{0,30}$)([^`]*\S[^`]*)$/;

/**
 * The text with its last fence closed, if one was typed and code after it, and nobody closed it; null = there is none.
 * Code on the line of the fence gets a line of its own.
 */
export function closedFence(text: string): { text: string; caret: number } | null {
  const last = text.lastIndexOf('```');
  if (last < 0) return null;
  const end = text.trimEnd();
  const open = unclosedFence(text);
  const from = text.lastIndexOf('\n', last) + 1;
  const [, indent = '', ticks = '', code = ''] = BEGINS_WITH_CODE.exec(end.slice(from)) ?? [];
  let block: string | null = null;
  if (open !== null) block = end.length > open.from ? `${end}\n${'`'.repeat(open.ticks)}` : null;
  else if (ticks !== '') block = `${end.slice(0, from)}${indent}${ticks}\n${code}\n${ticks}`;
  return block === null ? null : { text: block, caret: block.length };
}
