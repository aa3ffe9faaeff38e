/** `syllables.ts`, loaded when it is needed and forgotten when nobody needs it for a while. */
import { createRequire } from 'node:module';
import type { syllablesOf } from './syllables.ts';

type Syllables = typeof syllablesOf;

/** Many names come at once, with a list; then none for hours. */
const KEPT_MS = 10_000;
/** Beside the worker's program in the built app; in tests the source itself. */
const FILES = ['./syllables.cjs', './syllables.ts'];

let loaded: Syllables | null = null;
let timer: NodeJS.Timeout | undefined;

export function readAloud(text: string): string[] {
  clearTimeout(timer);
  timer = setTimeout(forget, KEPT_MS);
  timer.unref();
  loaded ??= load();
  return loaded(text);
}

/** Names are about to come. */
export function loadReadings(): void {
  readAloud('\u609f\u7a7a');
}

const fromHere = createRequire(import.meta.url);

function load(): Syllables {
  const path = pathOf();
  return (fromHere(path) as { syllablesOf: Syllables }).syllablesOf;
}

function forget(): void {
  loaded = null;
  const path = pathOf();
  // Whoever is the parent of a module holds it as well.
  for (const module of Object.values(fromHere.cache)) {
    if (module) module.children = module.children.filter(({ id }) => id !== path);
  }
  Reflect.deleteProperty(fromHere.cache, path);
}

function pathOf(): string {
  for (const file of FILES) {
    try {
      return fromHere.resolve(file);
    } catch {
      // The other one, then.
    }
  }
  throw new Error('syllables: not beside the program');
}
