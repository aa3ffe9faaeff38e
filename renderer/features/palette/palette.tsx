import { Command, Search, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { ChannelType, channelKey } from '../../../shared/domain.ts';
import type { ReminderView } from '../../../shared/ipc/contract/bookmarks.ts';
import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { removeReminder, useBookmarks } from '../../state/messages/bookmarks.ts';
import { useLoaded } from '../../state/use-loaded.ts';
import { reminderTimeNow } from '../../text/reminder-text.ts';
import { askRecentRecall, mayRecallRecent } from '../../state/recall/recent-recall.ts';
import { useChannelInfo, useConversations } from '../../state/session/session-store.ts';
import { useKeys } from '../../state/window/keys.ts';
import { closeDialog, jumpTo, openChannel, setRoute, useUi } from '../../state/window/ui-store.ts';
import { runShortcut } from '../../state/window/use-shortcuts.ts';
import { personFacts } from '../../text/person-facts.ts';
import { toldApart } from '../../text/told-apart.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { takeRovingKey } from '../../ui/roving-keys.ts';
import { Kbd } from '../../ui/kbd.tsx';
import { useContacts } from '../../state/session/use-contacts.ts';
import { rangesOf } from '../../../shared/matching/match.ts';
import type { AppCommandId } from '../../../shared/commands.ts';
import { NativeInput } from '../../ui/native-field.tsx';
import { ModalLayer } from '../../ui/modal-layer.tsx';
import { ListSection } from '../../ui/list-section.tsx';
import { MarkedText } from '../../ui/marked-text.tsx';
import {
  asksForReminders,
  type PaletteCommand,
  type PaletteEntry,
  paletteEntries,
} from './palette-entries.ts';
import css from './palette.module.css';
import { FocusReturn } from '../../ui/focus-return.ts';

const OFFERED = [
  'newGroup',
  'theme',
  'searchAll',
  'settings',
  'lock',
  'list',
  'zoomIn',
  'zoomOut',
  'zoomReset',
  'quit',
] as const satisfies readonly AppCommandId[];

/** Chats, people, commands. Combobox: the focus stays in the field, arrows move the choice. */
export function Palette() {
  const t = useT();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const { contacts } = useContacts();
  const rows = useConversations();
  const keys = useKeys();
  const open = useUi((state) => state.activeChannel);
  const info = useChannelInfo(open && channelKey(open));
  const recallable = open !== null && info !== undefined && mayRecallRecent(info.composerBlock);
  const commands: PaletteCommand[] = [
    ...OFFERED.map((id) => ({ id, label: t(`shortcut.${id}`), keys: keys(id) })),
    { id: 'favourites', label: t('fav.title'), alias: 'favourites', keys: '' },
    { id: 'reminders', label: t('remind.list'), alias: 'reminders', keys: '' },
    ...(recallable
      ? [{ id: 'recallRecent' as const, label: t('recent.menu'), keys: keys('recallRecent') }]
      : []),
  ];
  const asked = asksForReminders(query, commands);
  const reminders = useReminders();
  const entries = paletteEntries(query, rows, contacts ?? [], commands, reminders);
  const details = toldApart(
    entries.flatMap((entry) =>
      entry.kind === 'channel'
        ? [{ id: entry.id, name: entry.name, facts: entry.contact && personFacts(t, entry.contact) }]
        : [],
    ),
  );
  const chosen = Math.min(at, entries.length - 1);

  useLayoutEffect(() => {
    const before = new FocusReturn();
    input.current?.focus();
    return () => before.restore();
  }, []);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- scrolls as the choice moves
  }, [chosen]);

  const choose = (entry: PaletteEntry | undefined): void => {
    if (entry?.kind !== 'command' || entry.command.id !== 'reminders') return run(entry);
    setQuery(`> ${entry.command.label}`);
    setAt(0);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Escape') {
      event.preventDefault();
      closeDialog();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(entries[chosen]);
    } else if (event.key === 'Delete' && entries[chosen]?.kind === 'reminder') {
      event.preventDefault();
      void removeReminder(entries[chosen].reminder.id);
    } else if (event.key === 'Tab') event.preventDefault();
    else takeRovingKey(event, { count: entries.length, at: chosen, wrap: true, moveTo: setAt });
  };
  const word = query.replace(/^\s*>/, '');
  const note =
    asked && reminders.length === 0
      ? t('remind.none')
      : entries.length === 0
        ? t('empty.hits', { q: word.trim() })
        : '';

  return (
    <ModalLayer place="top" onClose={closeDialog}>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the combobox */}
      <div
        role="dialog"
        aria-modal="true"
        aria-label={t('palette.label')}
        className={css['palette']}
        onKeyDown={onKeyDown}
      >
        <label className={css['field']}>
          <Icon of={Search} />
          <NativeInput
            ref={input}
            role="combobox"
            aria-expanded={entries.length > 0}
            aria-controls={entries.length > 0 ? `${id}-list` : undefined}
            aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
            autoComplete="off"
            dir="auto"
            aria-label={t('palette.label')}
            placeholder={t('palette.hint')}
            className="bare-input"
            value={query}
            onChange={(event) => {
              setQuery(event.target.value);
              setAt(0);
            }}
          />
          <Kbd>Esc</Kbd>
        </label>
        <p role="status" className={note === '' ? undefined : css['empty']}>
          {note}
        </p>
        <div
          ref={list}
          id={`${id}-list`}
          role="listbox"
          aria-label={t('palette.label')}
          className={css['list']}
          hidden={entries.length === 0}
        >
          {entries.map((entry, index) => (
            <div key={entry.id} role="presentation">
              {entries[index - 1]?.section !== entry.section && <ListSection title={t(entry.section)} />}
              {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events -- the field has the keys */}
              <div
                id={`${id}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === chosen}
                className={cx(css['row'], index === chosen && css['chosen'])}
                onMouseMove={() => setAt(index)}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => choose(entry)}
              >
                <EntryContent
                  entry={entry}
                  word={word}
                  chosen={index === chosen}
                  detail={details.get(entry.id)}
                />
              </div>
            </div>
          ))}
        </div>
      </div>
    </ModalLayer>
  );
}

function EntryContent({
  entry,
  word,
  chosen,
  detail,
}: {
  entry: PaletteEntry;
  word: string;
  chosen: boolean;
  /** What tells it from another of the same name. */
  detail: string | undefined;
}) {
  if (entry.kind === 'command') {
    return (
      <>
        <Icon of={Command} />
        <span className={css['name']}>
          <MarkedText text={entry.command.label} ranges={rangesOf(entry.command.label, word)} />
        </span>
        {entry.command.keys !== '' && <Kbd>{entry.command.keys}</Kbd>}
      </>
    );
  }
  if (entry.kind === 'reminder') return <ReminderContent reminder={entry.reminder} />;
  return (
    <>
      <Avatar
        id={entry.channel.channelId}
        name={entry.name}
        channelType={entry.channel.channelType}
        size={28}
      />
      <span className={cx(css['name'], 'ellipsis')}>
        <MarkedText text={entry.name} ranges={rangesOf(entry.name, word)} />
        {detail !== undefined && <bdi className={css['detail']}>{detail}</bdi>}
      </span>
      {chosen && <Kbd>Enter</Kbd>}
    </>
  );
}

/** Which chat, whose message, when; a click on × cancels it, as Delete does. */
function ReminderContent({ reminder }: { reminder: ReminderView }) {
  const t = useT();
  const { channel, channelName, fromName, id, at } = reminder;
  const when = reminderTimeNow(at);
  const who = channel.channelType === ChannelType.group && fromName !== '' ? fromName : '';
  return (
    <>
      <Avatar id={channel.channelId} name={channelName} channelType={channel.channelType} size={28} />
      <span className={cx(css['name'], 'ellipsis')}>
        <bdi>{channelName}</bdi>
        {who !== '' && <bdi className={css['detail']}>{t('remind.of', { X: who })}</bdi>}
      </span>
      <span className={css['when']}>{when}</span>
      <IconButton
        icon={X}
        size={28}
        iconSize={14}
        tabIndex={-1}
        label={t('remind.cancelOf', { X: channelName, t: when })}
        onClick={(event) => {
          event.stopPropagation();
          void removeReminder(id);
        }}
      />
    </>
  );
}

const loadReminders = () => call('reminders.list', undefined);

/** The next one is first; read again whenever one was set or is over. */
function useReminders(): readonly ReminderView[] {
  const version = useBookmarks(({ refs }) =>
    [...refs.values()].flatMap(({ id, kind, at }) => (kind === 'reminder' ? [`${id}:${at}`] : [])).join(),
  );
  return useLoaded(loadReminders, version).value ?? [];
}

function run(entry: PaletteEntry | undefined): void {
  if (!entry) return;
  closeDialog();
  // After the palette has given the focus back.
  window.setTimeout(() => {
    if (entry.kind === 'channel') openChannel(entry.channel, { focusComposer: true });
    else if (entry.kind === 'reminder') jumpTo(entry.reminder.channel, entry.reminder.messageSeq);
    else if (entry.command.id === 'favourites') setRoute('favourites');
    else if (entry.command.id === 'recallRecent') recallRecent();
    else if (entry.command.id !== 'reminders') runShortcut(entry.command.id);
  });
}

function recallRecent(): void {
  const { activeChannel } = useUi.getState();
  if (activeChannel) askRecentRecall(activeChannel);
}
