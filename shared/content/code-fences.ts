/**
 * Code in a message: what stands between lines of three backticks, as other clients write it too. One pass over the
 * lines; a fence that is never closed is text, unless the text was cut for display behind its beginning. Pure.
 */
export type TextPart = { kind: 'text'; text: string } | { kind: 'code'; language: string; code: string };

/** The fence, then at most a word that names the language. */
const OPENS = /^ {0,3}(`{3,})[ \t]*([A-Za-z0-9_+#.-]{0,30})[ \t]*$/;
const CLOSES = /^ {0,3}(`{3,})[ \t]*$/;
/** Longer lines are no fence. */
const LONGEST = 80;

const NAMES: Readonly<Record<string, string>> = {
  ts: 'TypeScript',
  typescript: 'TypeScript',
  tsx: 'TSX',
  js: 'JavaScript',
  javascript: 'JavaScript',
  jsx: 'JSX',
  py: 'Python',
  python: 'Python',
  go: 'Go',
  rs: 'Rust',
  rust: 'Rust',
  java: 'Java',
  c: 'C',
  cpp: 'C++',
  'c++': 'C++',
  cs: 'C#',
  sh: 'Shell',
  bash: 'Shell',
  shell: 'Shell',
  json: 'JSON',
  yaml: 'YAML',
  yml: 'YAML',
  html: 'HTML',
  xml: 'XML',
  css: 'CSS',
  sql: 'SQL',
  md: 'Markdown',
};

export function languageName(word: string): string {
  const known = word.toLowerCase();
  return Object.hasOwn(NAMES, known) ? (NAMES[known] ?? word) : word;
}

/** A fence that opens: where it stands, where its code begins, and how many backticks close it. */
interface Fence {
  at: number;
  from: number;
  ticks: number;
  language: string;
}

/** `cut`: the text goes on behind its end. The parts that are text, and the code, keep their words. */
export const textParts = (text: string, cut = false): TextPart[] => partsAndOpen(text, cut).parts;

/** The fence that opens in the text and is never closed; null = there is none. */
export const unclosedFence = (text: string): Fence | null => partsAndOpen(text, false).open;

/** For where a text is shown as one line: the code without the lines around it. */
export const withoutFences = (text: string): string => unfenced(text, () => '').replace(/\n$/, '');

/** The same with spaces in their place, so that everything else stands where it stood. */
export const withBlankFences = (text: string): string => unfenced(text, (length) => ' '.repeat(length));

function unfenced(text: string, instead: (length: number) => string): string {
  const { fences } = partsAndOpen(text, false);
  if (fences.length === 0) return text;
  let words = '';
  let plain = 0;
  for (const [from, to] of fences) {
    words += text.slice(plain, from) + instead(to - from);
    plain = to;
  }
  words += text.slice(plain);
  // Nothing between them: then they are what was said.
  return words.trim() === '' ? text : words;
}

/** `fences`: the lines around code, from and to where, with their line breaks. */
function partsAndOpen(
  text: string,
  cut: boolean,
): { parts: TextPart[]; open: Fence | null; fences: [from: number, to: number][] } {
  if (!text.includes('```')) return { parts: [{ kind: 'text', text }], open: null, fences: [] };
  const parts: TextPart[] = [];
  const fences: [number, number][] = [];
  /** Where the text that belongs to no code begins. */
  let plain = 0;
  let open: Fence | null = null;
  const pushText = (to: number): void => {
    // The line break before a fence belongs to the fence.
    const words = text.slice(plain, to).replace(/\n$/, '');
    if (words.trim() !== '') parts.push({ kind: 'text', text: words });
  };
  const close = (end: number, next: number): void => {
    if (open === null) return;
    pushText(open.at);
    fences.push([open.at, open.from], [end, next]);
    parts.push({
      kind: 'code',
      language: open.language,
      code: text.slice(open.from, end).replace(/\n$/, ''),
    });
    plain = next;
    open = null;
  };
  for (let at = 0; at < text.length;) {
    const stop = text.indexOf('\n', at);
    const end = stop < 0 ? text.length : stop;
    const next = stop < 0 ? text.length : stop + 1;
    if (end - at <= LONGEST) {
      const line = text.slice(at, end).replace(/\r$/, '');
      if (open === null) {
        const found = OPENS.exec(line);
        if (found && stop >= 0) {
          open = { at, from: next, ticks: found[1]?.length ?? 3, language: found[2] ?? '' };
        }
      } else if ((CLOSES.exec(line)?.[1]?.length ?? 0) >= open.ticks) close(at, next);
    }
    at = next;
  }
  if (open !== null && cut) close(text.length, text.length);
  pushText(text.length);
  return { parts: parts.length === 0 ? [{ kind: 'text', text }] : parts, open, fences };
}
