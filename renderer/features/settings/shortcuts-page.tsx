import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import {
  APP_COMMAND_IDS,
  type CommandId,
  DEFAULT_KEYS,
  isGlobal,
  keysOf,
  MESSAGE_COMMAND_IDS,
} from '../../../shared/commands.ts';
import type { PlainKey } from '../../../shared/strings/index.ts';
import { type Translate, useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useSession } from '../../state/session/session-store.ts';
import { changeSettings, useSettings } from '../../state/session/settings.ts';
import { conflictOf, modifierName, type SetKeys } from '../../state/window/shortcuts.ts';
import { Button } from '../../ui/button.tsx';
import { Card, CardRow } from '../../ui/card.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { ManagedNote } from '../../ui/managed-note.tsx';
import { showToast } from '../../ui/toast.tsx';
import { KeyRecorder } from './key-recorder.tsx';
import css from './settings.module.css';

/** `Mod` is Ctrl, on macOS Cmd. */
const FIXED: readonly (readonly [PlainKey, readonly string[]])[] = [
  ['shortcut.nth', ['Mod 1…9']],
  ['shortcut.account', ['Mod Alt 1…5']],
  ['shortcut.send', ['Enter', 'Shift Enter']],
  ['shortcut.editLast', ['↑']],
  ['shell.copy', ['Mod C']],
  ['shortcut.close', ['Esc']],
];

const isManaged = (of: 'commandKeys' | 'showShortcut') => (state: ReturnType<typeof useSession.getState>) =>
  state.shell?.managed.settings.includes(of) ?? false;

/** The sheet of keys, in which each can be changed. */
export function ShortcutsPage() {
  const t = useT();
  const { commandKeys } = useSettings();
  const managed = useSession(isManaged('commandKeys'));
  const [asking, setAsking] = useState(false);
  const changed = Object.keys(commandKeys).length > 0;
  return (
    <div className={css['top']}>
      <Card>
        <ShowShortcutRow />
      </Card>
      {managed && (
        <p className={css['note']}>
          <ManagedNote />
        </p>
      )}
      <h2 className={css['section']}>{t('keys.window')}</h2>
      <CommandTable ids={APP_COMMAND_IDS} label={t('keys.window')} managed={managed} />
      <h2 className={css['section']}>{t('keys.message')}</h2>
      <CommandTable ids={MESSAGE_COMMAND_IDS} label={t('keys.message')} managed={managed} />
      <h2 className={css['section']}>{t('keys.fixed')}</h2>
      <FixedTable />
      <div className={css['buttons']}>
        <Button
          icon={RotateCcw}
          why={managed ? t('pol.by') : changed ? null : t('keys.allUsual')}
          onClick={() => setAsking(true)}
        >
          {t('keys.resetAll')}
        </Button>
      </div>
      {asking && (
        <ConfirmDialog
          title={t('keys.resetAllTitle')}
          confirmLabel={t('keys.reset')}
          onConfirm={async () => {
            await call('shell.setSettings', { commandKeys: {} });
            setAsking(false);
          }}
          onCancel={() => setAsking(false)}
        />
      )}
    </div>
  );
}

/** Why a combination cannot be that of a command, in words; null = it can. */
function refusalOf(t: Translate, keys: string, id: CommandId | 'show', set: SetKeys): string | null {
  const conflict = conflictOf(keys, id, set);
  switch (conflict?.kind) {
    case undefined:
      return null;
    case 'command':
      return t('keys.taken', { name: t(`shortcut.${conflict.id}`) });
    case 'show':
      return t('keys.taken', { name: t('keys.show') });
    case 'fixed':
      return t('keys.taken', { name: t(conflict.name) });
    case 'plain':
      return t('keys.plain');
    default:
      return conflict satisfies never;
  }
}

function CommandTable({
  ids,
  label,
  managed,
}: {
  ids: readonly CommandId[];
  label: string;
  managed: boolean;
}) {
  const t = useT();
  const settings = useSettings();
  const { commandKeys } = settings;
  const set = (id: CommandId, keys: string): void => {
    const { [id]: _before, ...others } = commandKeys;
    // What is as usual is not kept: it follows when the usual one changes.
    void changeSettings({ commandKeys: keys === DEFAULT_KEYS[id] ? others : { ...others, [id]: keys } });
  };
  return (
    <Card>
      <table className={css['table']} aria-label={label}>
        <tbody>
          {ids.map((id) => {
            const name = t(`shortcut.${id}`);
            const isChosen = commandKeys[id] !== undefined;
            return (
              <tr key={id}>
                <td>{name}</td>
                <td>
                  <div className={css['keys']}>
                    {isChosen && !managed && (
                      <IconButton
                        icon={RotateCcw}
                        size={28}
                        iconSize={14}
                        label={t('keys.resetOne', { name })}
                        onClick={() => {
                          const why = refusalOf(t, DEFAULT_KEYS[id], id, settings);
                          // Another command has it now: which of the two it is to be, somebody has to say.
                          if (why === null) set(id, DEFAULT_KEYS[id]);
                          else showToast({ tone: 'error', text: why });
                        }}
                      />
                    )}
                    <KeyRecorder
                      label={name}
                      keys={keysOf(commandKeys, id)}
                      disabled={managed}
                      onRecorded={(keys) => {
                        const why = refusalOf(t, keys, id, settings);
                        if (why === null) set(id, keys);
                        return why;
                      }}
                      onCleared={() => set(id, '')}
                    />
                  </div>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Card>
  );
}

function FixedTable() {
  const t = useT();
  const mod = modifierName(useSession((state) => state.shell?.platform ?? ''));
  const sending = useSettings().sendKey === 'enter' ? ['Enter', 'Shift Enter'] : ['Mod Enter', 'Enter'];
  return (
    <Card>
      <table className={css['table']} aria-label={t('keys.fixed')}>
        <tbody>
          {FIXED.map(([text, keys]) => (
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
  );
}

/** Off until somebody sets one: a combination that every program would lose. */
function ShowShortcutRow() {
  const t = useT();
  const settings = useSettings();
  const state = useSession(({ shell }) => shell?.showShortcut ?? 'off');
  const managed = useSession(isManaged('showShortcut'));
  const record = (keys: string): string | null => {
    if (!isGlobal(keys)) return t('keys.plain');
    const why = refusalOf(t, keys, 'show', settings);
    if (why === null) void changeSettings({ showShortcut: keys });
    return why;
  };
  return (
    <CardRow label={t('keys.show')} detail={managed ? <ManagedNote /> : t('keys.showHint')}>
      <KeyRecorder
        label={t('keys.show')}
        keys={settings.showShortcut}
        disabled={managed}
        onRecorded={record}
        onCleared={() => void changeSettings({ showShortcut: '' })}
        note={state === 'taken' && <span className={css['problem']}>{t('keys.showTaken')}</span>}
      />
    </CardRow>
  );
}
