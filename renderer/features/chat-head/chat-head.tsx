import { ArrowLeft, Ellipsis, PanelRight, Search } from 'lucide-react';
import { type MouseEvent, useState } from 'react';
import {
  ChannelType,
  channelKey,
  type ChannelInfoView,
  type ChannelRef,
  type ComposerBlock,
} from '../../../shared/domain.ts';
import { type Language, type Text, type Translate, useLanguage, useT } from '../../i18n/i18n.ts';
import { clockTime, listTime } from '../../i18n/time-format.ts';
import { call } from '../../state/bridge.ts';
import { useComposerBlock } from '../../state/composer/composer-block.ts';
import { attempt } from '../../state/errors.ts';
import { popOut } from '../../state/chat-window.ts';
import { ownChat } from '../../state/window/own-window.ts';
import { type ChatPins, unhidePins, usePins } from '../../state/messages/pins.ts';
import { timeOfReading } from '../../state/messages/message-store.ts';
import { askRecentRecall, mayRecallRecent } from '../../state/recall/recent-recall.ts';
import { useChatDetails } from '../../state/session/chat-details.ts';
import { useServerNow } from '../../state/session/server-clock.ts';
import { useChannelInfo, useConversation, useSession, useTyping } from '../../state/session/session-store.ts';
import { useSmallWindow } from '../../state/window/media-query.ts';
import {
  backToList,
  openCalendar,
  openChannel,
  openDialog,
  openInfoPage,
  openNotice,
  setChatSearchOpen,
  openProfile,
  toggleInfo,
  useUi,
} from '../../state/window/ui-store.ts';
import { useKeys } from '../../state/window/keys.ts';
import { typingText } from '../../text/typing-text.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { IsolatedText } from '../../ui/bdi.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu, type MenuAnchor, type MenuEntry } from '../../ui/menu.tsx';
import css from './chat-head.module.css';

/** Head of the open conversation: who it is, and search, info and more. */
export function ChatHead({ channel }: { channel: ChannelRef }) {
  const t = useT();
  const language = useLanguage();
  const key = channelKey(channel);
  const info = useChannelInfo(key);
  const conversation = useConversation(key);
  const typing = useTyping(key);
  const typed = typingText(typing, channel.channelType === ChannelType.person);
  const searchOpen = useUi((state) => state.chatSearchOpen);
  const infoOpen = useUi((state) => state.infoOpen);
  const exportLocked = useSession((state) => state.shell?.managed.export ?? false);
  const keys = useKeys();
  const block = useComposerBlock(channel);
  const pins = usePins(key);
  const small = useSmallWindow();
  const [menu, setMenu] = useState<MenuAnchor | null>(null);
  const name = info?.remark || info?.name || conversation?.name || channel.channelId;
  const person = channel.channelType === ChannelType.person;
  const openMenu = (event: MouseEvent<HTMLButtonElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    setMenu({ x: box.right, y: box.bottom, avoid: box });
  };
  const pinned = conversation?.pinned ?? info?.pinned ?? false;
  const muted = conversation?.muted ?? info?.muted ?? false;
  const entries: MenuEntry[] = [
    {
      id: 'pin',
      label: t(pinned ? 'conv.unpin' : 'conv.pin'),
      onSelect: () => void attempt(() => call('conversations.setPinned', { channel, on: !pinned })),
    },
    {
      id: 'mute',
      label: t(muted ? 'conv.unmute' : 'conv.mute'),
      shortcut: keys('mute'),
      onSelect: () => void attempt(() => call('conversations.setMuted', { channel, on: !muted })),
    },
    {
      id: 'notice',
      label: t('notice.open'),
      onSelect: () => menu && openNotice({ channel, anchor: menu }),
    },
    {
      id: 'notes',
      label: t('group.recallNotes'),
      checked: info?.showRecallNotes ?? true,
      onSelect: () =>
        void attempt(() =>
          call('conversations.setRecallNotes', { channel, on: !(info?.showRecallNotes ?? true) }),
        ),
    },
    ...pinEntries(key, pins, t),
    ...windowEntries(channel, t('window.popOut'), keys('popOut')),
    {
      id: 'shared',
      label: t('shared.title'),
      onSelect: () => openInfoPage('shared'),
    },
    {
      id: 'date',
      label: t('flow.jumpToDate'),
      onSelect: () => menu && openCalendar({ channel, at: timeOfReading(key), anchor: menu }),
    },
    ...recentEntries(channel, block, t('recent.menu'), keys('recallRecent')),
    {
      id: 'export',
      label: t('export.menu'),
      disabledReason: exportLocked ? t('pol.by') : undefined,
      onSelect: () => openDialog({ kind: 'export', channel }),
    },
    'separator',
    {
      id: 'clear',
      label: t('conv.clear'),
      onSelect: () => openDialog({ kind: 'clearHistory', channel }),
    },
    {
      id: 'hide',
      label: t('conv.hide'),
      onSelect: () =>
        void attempt(async () => {
          await call('conversations.hide', { channel });
          openChannel(null);
        }),
    },
  ];
  return (
    <header className={css['head']} data-region="header">
      {small && !ownChat && (
        <IconButton icon={ArrowLeft} label={t('action.back')} onClick={() => backToList(channel)} />
      )}
      {/* The name is pressed with the face, whose button lies over both. */}
      <div className={css['who']}>
        <button
          type="button"
          className={css['face']}
          aria-label={t(person ? 'prof.open' : 'chat.infoOf', { name })}
          onClick={(event) => {
            if (person) openProfile(event.currentTarget, { uid: channel.channelId });
            else toggleInfo();
          }}
        >
          <Avatar
            id={channel.channelId}
            name={name}
            channelType={channel.channelType}
            size={36}
            gone={info?.destroyed ?? false}
          />
        </button>
        <div className={css['titles']}>
          <Title name={name} channelKey={key} />
          <div className={`ellipsis ${css['sub'] ?? ''}`} data-testid="chat-sub">
            {typed ? (
              <Typing text={typed} />
            ) : (
              <SubLine info={info} person={person} online={conversation?.online} t={t} language={language} />
            )}
          </div>
        </div>
      </div>
      <IconButton
        icon={Search}
        label={t('chat.searchIn')}
        keys={keys('searchChat')}
        active={searchOpen}
        aria-pressed={searchOpen}
        onClick={() => setChatSearchOpen(!searchOpen)}
      />
      <IconButton
        icon={PanelRight}
        label={t('chat.info')}
        keys={keys('info')}
        active={infoOpen}
        aria-pressed={infoOpen}
        onClick={toggleInfo}
      />
      <IconButton
        icon={Ellipsis}
        label={t('chat.more')}
        aria-haspopup="menu"
        aria-expanded={menu !== null}
        onClick={openMenu}
      />
      {menu && <Menu label={t('chat.more')} entries={entries} anchor={menu} onClose={() => setMenu(null)} />}
    </header>
  );
}

/** The name, and what tells the chat from another of that name. */
function Title({ name, channelKey: key }: { name: string; channelKey: string }) {
  const detail = useChatDetails().get(key);
  return (
    <div className={css['titleLine']}>
      <h1 className={`ellipsis ${css['title'] ?? ''}`} data-testid="chat-title">
        <bdi>{name}</bdi>
      </h1>
      {detail !== undefined && (
        <bdi className={`ellipsis ${css['detail'] ?? ''}`} data-testid="chat-detail">
          {detail}
        </bdi>
      )}
    </div>
  );
}

const recentEntries = (
  channel: ChannelRef,
  block: ComposerBlock | null,
  label: string,
  shortcut: string,
): MenuEntry[] =>
  mayRecallRecent(block)
    ? [{ id: 'recallRecent', label, shortcut, onSelect: () => askRecentRecall(channel) }]
    : [];

/** The bar was put away. */
const pinEntries = (key: string, { hidden, pins }: ChatPins, t: Translate): MenuEntry[] =>
  hidden && pins.length > 0
    ? [{ id: 'pins', label: t('pin.show', { n: pins.length }), onSelect: () => unhidePins(key) }]
    : [];

/** What stands in a window of its own has none of these. */
const windowEntries = (channel: ChannelRef, label: string, shortcut: string): MenuEntry[] =>
  ownChat ? [] : [{ id: 'popOut', label, shortcut, onSelect: () => void popOut(channel) }];

/** Who is typing: three dots and words (chat.png). */
function Typing({ text }: { text: Text }) {
  return (
    <span className={css['typing']} data-testid="typing">
      <span className={css['dots']} aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span className="ellipsis">
        <IsolatedText of={text} />
      </span>
    </span>
  );
}

function SubLine({
  info,
  person,
  online,
  t,
  language,
}: {
  info: ChannelInfoView | undefined;
  person: boolean;
  online: boolean | undefined;
  t: Translate;
  language: Language;
}) {
  // Once a minute: the words for the day change at midnight.
  const nowMs = useServerNow(60_000);
  if (!person) {
    if (!info) return null;
    return (
      <>
        {t('chat.members', { n: info.memberCount })}
        {info.onlineCount > 0 && (
          <>
            <i className="dot-separator" />
            {t('chat.online', { n: info.onlineCount })}
          </>
        )}
      </>
    );
  }
  if (info?.destroyed) return t('person.goneLine');
  if (info?.online ?? online) return t(info?.device ? `seen.${info.device}` : 'chat.personOnline');
  if (!info?.lastOffline) return t('chat.offline');
  const atMs = info.lastOffline * 1000;
  const day = listTime(language, atMs, nowMs, t('remind.dayBefore'));
  const clock = clockTime(language, atMs);
  return t('chat.lastSeen', { t: day === clock ? clock : `${day} ${clock}` });
}
