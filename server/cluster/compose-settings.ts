/** What deploy/compose.yaml gives a program, so that the tests start it by the same names and see what is wrong. */
import { readFileSync } from 'node:fs';

const COMPOSE = new URL('../../deploy/compose.yaml', import.meta.url);

/**
 * Variables of the environment with this prefix. `variables`: those of `.env`. `addresses`: in place of those of
 * compose.yaml (`mysql:3306`). @throws Error that names a variable that is asked for and was not given
 */
export function settingsOf(
  prefix: 'TS_' | 'WK_',
  variables: Readonly<Record<string, string>>,
  addresses: Readonly<Record<string, string>>,
): Record<string, string> {
  const found: Record<string, string> = {};
  const line = new RegExp(`^ +(${prefix}[A-Z_]+): (.+?)(?: #.*)?,?$`, 'gm');
  for (const [, name = '', written = ''] of readFileSync(COMPOSE, 'utf8').matchAll(line)) {
    const quoted = /^'(.*)'$/.exec(written)?.[1] ?? written;
    const value = quoted.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, key: string, how, otherwise) => {
      const given = variables[key] ?? (how === '-' ? String(otherwise) : undefined);
      if (given === undefined) throw new Error(`${name} of compose.yaml asks for ${key}`);
      return given;
    });
    found[name] = Object.entries(addresses).reduce(
      (text, [from, to]) => text.replaceAll(from, () => to),
      value,
    );
  }
  if (Object.keys(found).length === 0) throw new Error(`compose.yaml has no ${prefix}…`);
  return found;
}
