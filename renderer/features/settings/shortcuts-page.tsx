import type { PlainKey } from '../../../shared/strings/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { useSession } from '../../state/session/session-store.ts';
import { useSettings } from '../../state/session/settings.ts';
import { modifierName } from '../../state/window/shortcuts.ts';
import { Card } from '../../ui/card.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import css from './settings.module.css';

/** `Mod` is Ctrl, on macOS Cmd. */
const ROWS: readonly (readonly [PlainKey, readonly string[]])[] = [
  ['shortcut.palette', ['Mod K']],
  ['shortcut.newGroup', ['Mod N']],
  ['shortcut.searchChat', ['Mod F']],
  ['shortcut.searchAll', ['Mod Shift F']],
  ['shortcut.nth', ['Mod 1…9']],
  ['shortcut.prevNext', ['Alt ↑', 'Alt ↓']],
  ['shortcut.account', ['Mod Alt 1…5']],
  ['shortcut.addAccount', ['Mod Shift A']],
  ['shortcut.info', ['Mod I']],
  ['shortcut.mute', ['Mod Shift M']],
  ['shortcut.theme', ['Mod Shift D']],
  ['shortcut.settings', ['Mod ,']],
  ['shortcut.list', ['Mod /']],
  ['shortcut.emoji', ['Mod E']],
  ['shortcut.send', ['Enter', 'Shift Enter']],
  ['shortcut.editLast', ['↑']],
  ['shortcut.message', ['R', 'E', 'F', 'X', 'Mod C', 'Del']],
  ['shortcut.recall', ['Mod Shift ⌫']],
  ['shortcut.regions', ['F6', 'Shift F6']],
  ['shortcut.close', ['Esc']],
  ['shortcut.quit', ['Mod Q']],
];

export function ShortcutsPage() {
  const t = useT();
  const mod = modifierName(useSession((state) => state.shell?.platform ?? ''));
  const sending = useSettings().sendKey === 'enter' ? ['Enter', 'Shift Enter'] : ['Mod Enter', 'Enter'];
  return (
    <div className={css['top']}>
      <Card>
        <table className={css['table']} aria-label={t('set.shortcuts')}>
          <tbody>
            {ROWS.map(([text, keys]) => (
              <tr key={text}>
                <td>{t(text)}</td>
                <td>
                  {(text === 'shortcut.send' ? sending : keys).map((key) => (
                    <span key={key}>
                      {' '}
                      <Kbd>{key.replace('Mod', mod)}</Kbd>
                    </span>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
    </div>
  );
}
