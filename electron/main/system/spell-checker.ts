/**
 * Spelling, only where it is checked on this computer: by macOS itself, elsewhere with dictionaries that somebody has
 * put into the profile. Chromium would fetch missing ones from a third party, which would tell it who writes which
 * language when: the address it would ask is one where nobody answers.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from 'electron';
import type { SpellCheckerKind } from '../../../shared/ipc/contract/shell.ts';

/** The discard port of this computer: nothing leaves it. */
const NOBODY = 'http://127.0.0.1:9/';
/** As Chromium names them: `en-US-10-1.bdic`. */
const DICTIONARY = /^([a-z]{2,3}(?:-[A-Z][A-Za-z]{1,3})?)-\d{1,3}-\d{1,3}\.bdic$/;

export interface SpellChecker {
  kind: SpellCheckerKind;
  /** Before the first page. */
  prepare: (session: Session) => void;
  /** What the setting says. */
  set: (session: Session, on: boolean) => void;
}

export function spellChecker(platform: NodeJS.Platform, userDataDir: string): SpellChecker {
  const languages = platform === 'darwin' ? [] : localLanguages(join(userDataDir, 'Dictionaries'));
  const kind = platform === 'darwin' ? 'system' : languages.length > 0 ? 'dictionaries' : 'none';
  return {
    kind,
    prepare(session) {
      session.setSpellCheckerDictionaryDownloadURL(NOBODY);
      session.setSpellCheckerEnabled(false);
    },
    set(session, on) {
      if (kind === 'dictionaries') {
        const known = languages.filter((language) =>
          session.availableSpellCheckerLanguages.includes(language),
        );
        // An empty list would be filled with the language of the system.
        if (known.length === 0) return;
        session.setSpellCheckerLanguages(known);
      }
      session.setSpellCheckerEnabled(on && kind !== 'none');
    },
  };
}

function localLanguages(folder: string): string[] {
  try {
    const found = readdirSync(folder).map((name) => DICTIONARY.exec(name)?.[1]);
    return [...new Set(found.filter((language) => language !== undefined))].sort();
  } catch {
    return [];
  }
}
