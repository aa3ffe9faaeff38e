/** Texts that are slow for code that looks at a part of them again and again, and how the work on them grows. */

/** `unit` is repeated between `head` and `tail`. */
interface SlowText {
  head?: string;
  unit: string;
  tail?: string;
}

/** Host names, addresses and schemes that never become one, or become one each time. */
const ADDRESSES = [
  'ab. a. . a- -. ab.cd/ http:// https://a https://, mailto: mailto:a@ www. www.a xn-- a:1 // https://a.example/( https://a查. 查a.',
  'a@ @ @a @a. a@b. + % _ @@a @李',
].flatMap((line) => line.split(' '));
const WITH_SPACE = ['ab.cd/ ', 'https://a.example/ ', 'a@b.example ', '@李雷 ', '@Han ', ' a'];
const BRACKETS_AND_ESCAPES = '( ) () [ ] { {0} {0 " \\" \\ \' < & * ! ！ 。'.split(' ');
const WHITE_SPACE = [' ', '\n', '\r\n', '\t', '\u3000'];
/** One character of many code points, halves of pairs, runs without a space. */
const CHARACTERS = '撤 撤回 a é \u0301 e\u0301 👨‍👩‍👧 \u200d 🇨🇳 😀 \ud83d \udc00 \u202e ﷺ 가 \u1100'.split(' ');
const FRAMED: readonly SlowText[] = [
  { head: 'https://a.example/', unit: ')' },
  { head: 'https://a.example/', unit: '(', tail: ')' },
  { head: 'https://a.example/x', unit: '.', tail: ' ' },
  { head: 'https://a.example/', unit: 'ab/' },
  { head: 'https://', unit: 'a.' },
  { head: '"', unit: '\\"' },
  { unit: '(', tail: 'x' },
  { unit: '!', tail: 'x' },
  { unit: 'a', tail: '@' },
  { unit: '1', tail: '.' },
  { unit: ' ', tail: 'x' },
  { head: 'x', unit: '\n', tail: 'x' },
];
const TEXTS: readonly SlowText[] = [
  ...[ADDRESSES, WITH_SPACE, BRACKETS_AND_ESCAPES, WHITE_SPACE, CHARACTERS].flat().map((unit) => ({ unit })),
  ...FRAMED,
];

/** Named makers of texts of about `length` UTF-16 units. */
export const slowTexts: readonly (readonly [name: string, of: (length: number) => string])[] = TEXTS.map(
  ({ head = '', unit, tail = '' }) => [
    JSON.stringify(`${head}…${unit}…${tail}`),
    (length) => head + unit.repeat(Math.ceil(length / unit.length)) + tail,
  ],
);

interface CpuTime {
  user: number;
  system: number;
}
// Tests of the page, whose types know no Node, use it as well.
const node = (globalThis as unknown as { process: { threadCpuUsage(since?: CpuTime): CpuTime } }).process;

/**
 * CPU time of this thread in microseconds: what else the machine, the compiler and the collector do is not in it.
 * Some kernels count it in whole ticks of 4 ms.
 */
function cpuOf(work: () => void): number {
  const start = node.threadCpuUsage();
  work();
  const { user, system } = node.threadCpuUsage(start);
  return user + system;
}

/** Below this the clock and the collector are what is measured. */
const NOISE_US = 3_000;
const SHORT = 16_384;
/** Four times the text is about four times the work where work is linear, sixteen times where it is quadratic. */
const GROWTH_ALLOWED = 8;
/** The least of so many runs is what the work costs; a collector or a cold cache only ever adds. */
const SHORT_RUNS = 4;
const LONG_RUNS = 6;
/** So much CPU time is many ticks of the clock, and many runs of the collector. */
const EXACT_US = 60_000;

/** What one run costs, on average over so many that the clock's tick is nothing. */
function averageCpuOf(work: () => void): number {
  let spent = 0;
  let runs = 0;
  for (let more = 1; spent < EXACT_US; more *= 2) {
    spent += cpuOf(() => {
      for (let run = 0; run < more; run += 1) work();
    });
    runs += more;
  }
  return spent / runs;
}

/** How many times more four times the text costs; measured no longer than it takes to know that it is allowed. */
function growthOf(work: (text: string) => unknown, of: (length: number) => string): number {
  const [short, long] = [of(SHORT), of(4 * SHORT)];
  let little = Infinity;
  for (let run = 0; run < SHORT_RUNS; run += 1)
    little = Math.min(
      little,
      cpuOf(() => work(short)),
    );
  let growth = Infinity;
  for (let run = 0; run < LONG_RUNS && growth >= GROWTH_ALLOWED; run += 1) {
    growth = Math.min(growth, (cpuOf(() => work(long)) + NOISE_US) / (little + NOISE_US));
  }
  if (growth < GROWTH_ALLOWED) return growth;
  // A tick more or less decides between 4 and 8 where the short text costs less than one.
  return averageCpuOf(() => work(long)) / averageCpuOf(() => work(short));
}

/**
 * Texts on which the work of `work` grows faster than the text. `only`: instead of all of them, what is repeated to the
 * length that is asked for.
 */
export function growsFasterThanText(work: (text: string) => unknown, ...only: string[]): string[] {
  const own = only.map((unit): (typeof slowTexts)[number] => [
    JSON.stringify(unit),
    (length) => unit.repeat(Math.ceil(length / unit.length)),
  ]);
  return (only.length === 0 ? slowTexts : own).flatMap(([name, of]) => {
    const growth = growthOf(work, of);
    return growth < GROWTH_ALLOWED
      ? []
      : [`${name}: ${growth.toFixed(1)} times the work for 4 times the text`];
  });
}
