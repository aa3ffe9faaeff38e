import {
  Bell,
  Copy,
  Download,
  Flame,
  Forward,
  Layers,
  ListChecks,
  Pencil,
  Reply,
  RotateCcw,
  ScanQrCode,
  Smile,
  Star,
  StarOff,
  Trash2,
  X,
} from 'lucide-react';
import { useLayoutEffect } from 'react';
import {
  type ChannelInfoView,
  channelKey,
  type ChannelRef,
  type MessageView,
} from '../../../../shared/domain.ts';
import type { BookmarkRef } from '../../../../shared/ipc/contract/bookmarks.ts';
import type { RecallPermission } from '../../../../shared/policy/recall-policy.ts';
import { type Translate, useT } from '../../../i18n/i18n.ts';
import { reminderTimeNow } from '../../../text/reminder-text.ts';
import { useComposerBlock } from '../../../state/composer/composer-block.ts';
import { useForgetting } from '../../../state/forget.ts';
import { useMessageStore } from '../../../state/messages/message-store.ts';
import { useServerNow } from '../../../state/session/server-clock.ts';
import { useMe, useRules, useSession } from '../../../state/session/session-store.ts';
import { refusalText } from '../../../text/recall-refusal.ts';
import { Menu, type MenuAnchor, type MenuEntry, type MenuItem } from '../../../ui/menu.tsx';
import {
  addFavourite,
  canBeKept,
  removeFavourite,
  useBookmarkOf,
} from '../../../state/messages/bookmarks.ts';
import { requestReaction } from '../../../state/messages/reactions.ts';
import { useQuickReactions } from '../reactions/use-quick-reactions.ts';
import { useReadersItem } from '../readers/use-readers-item.ts';
import { usePinItem } from './use-pin-item.ts';
import { requestReminder } from '../../../state/messages/remind-request.ts';
import { useKeys } from '../../../state/window/keys.ts';
import { canEditImage, editImageOf } from '../../../state/image-editor/editor-store.ts';
import { canCopyImage } from '../../../state/media/copy-image.ts';
import { scanMessage } from '../../../state/codes/read-code.ts';
import { saveMedia } from '../../../state/media/media-actions.ts';
import { isUploading } from '../../../state/media/transfers.ts';
import { recallTogether } from '../../../state/recall/batch-store.ts';
import { permissionFor } from '../../../state/recall/recall-permission.ts';
import { TimeLeft } from './time-left.tsx';
import { useCollecting } from './use-collecting.ts';
import { useRecallableAlbum } from './recallable-album.ts';
import { isSelectable } from '../../../state/messages/selection-store.ts';
import { burns, canOpen, openFlame } from '../../../state/messages/flames.ts';
import { isRecalled } from '../../../state/messages/is-recalled.ts';
import type { MessageActions } from './use-message-actions.tsx';

/**
 * The menu of a loaded message; `onGone` tells that it is recalled, being recalled or removed, and the menu with it.
 */
export function LiveMessageMenu({
  channel,
  messageKey,
  onGone,
  ...rest
}: Omit<Parameters<typeof MessageMenu>[0], 'message'> & {
  channel: ChannelRef;
  messageKey: string;
  onGone: (messageKey: string) => void;
}) {
  const message = useMessageStore((store) =>
    store.channels[channelKey(channel)]?.window.byKey.get(messageKey),
  );
  useForgetting();
  const gone = message === undefined || isRecalled(message);
  useLayoutEffect(() => {
    if (gone) onGone(messageKey);
  }, [gone, messageKey, onGone]);
  return gone ? null : <MessageMenu message={message} {...rest} />;
}

/**
 * The context menu of one message. Counts down while it is open; the recall item closes in place when its time is over.
 */
function MessageMenu({
  message,
  info,
  anchor,
  actions,
  onClose,
}: {
  message: MessageView;
  info: ChannelInfoView | undefined;
  anchor: MenuAnchor;
  actions: MessageActions;
  onClose: () => void;
}) {
  const t = useT();
  const me = useMe();
  const rules = useRules();
  const nowMs = useServerNow(1_000);
  const mac = useSession((state) => state.shell?.platform === 'darwin');
  const keys = useKeys();
  const permission = permissionFor(message, { meUid: me?.uid ?? '', info, rules, nowMs });
  const open = useComposerBlock(message.channel) === null;
  const album = useRecallableAlbum(message, info, nowMs);
  const favourite = useBookmarkOf('favourite', message.messageId);
  const reminder = useBookmarkOf('reminder', message.messageId);
  const collecting = useCollecting(message);
  const failed = message.send.state === 'failed';
  const acknowledged = message.messageId !== null;

  const quick = useQuickReactions(message, anchor);
  const more = [...useReadersItem(message, anchor), ...usePinItem(message, info)];

  const first: MenuItem[] = [];
  // What burns after reading goes nowhere: it is opened, recalled or deleted.
  const carried = !burns(message);
  if (canOpen(message)) {
    first.push({
      id: 'open',
      label: t('flame.open'),
      icon: Flame,
      shortcut: 'Enter',
      onSelect: () => void openFlame(message),
    });
  }
  if (acknowledged && open && carried) {
    first.push({
      id: 'reply',
      label: t('menu.reply'),
      icon: Reply,
      shortcut: keys('reply'),
      onSelect: () => actions.reply(message),
    });
  }
  if (message.content.kind === 'text' && carried) {
    first.push({
      id: 'copy',
      label: t('menu.copy'),
      icon: Copy,
      shortcut: mac ? '⌘C' : 'Ctrl C',
      onSelect: () => actions.copy(message),
    });
  }
  if (canCopyImage(message)) first.push(...pictureItems(message, open, mac, actions, t));
  if (canBeSaved(message) && carried) first.push(saveItem(message, t));
  first.push(...collecting);
  if (acknowledged && carried) {
    first.push({
      id: 'forward',
      label: t('menu.forward'),
      icon: Forward,
      shortcut: keys('forward'),
      onSelect: () => actions.forward(message),
    });
  }
  if (message.own && acknowledged && open && carried && message.content.kind === 'text') {
    first.push({
      id: 'edit',
      label: t('menu.edit'),
      icon: Pencil,
      shortcut: keys('edit'),
      onSelect: () => actions.edit(message),
    });
  }
  if (message.reactions) {
    first.push({
      id: 'who',
      label: t('rx.who'),
      icon: Smile,
      onSelect: () => requestReaction({ what: 'who', channel: message.channel, key: message.key, anchor }),
    });
  }
  first.push(...more);
  if (canBeKept(message)) first.push(...keepItems(message, { favourite, reminder, anchor, t }));
  if (isSelectable(message)) {
    first.push({
      id: 'select',
      label: t('menu.select'),
      icon: ListChecks,
      shortcut: keys('select'),
      onSelect: () => actions.select(message),
    });
  }
  if (failed) {
    first.push({
      id: 'retry',
      label: t('send.retry'),
      icon: RotateCcw,
      onSelect: () => actions.retry(message),
    });
  }

  const second: MenuItem[] = [];
  // A refused message never left: it can only be deleted.
  const recall = failed ? null : recallItem(permission, t, nowMs, rules?.revokeSecond ?? 0);
  if (recall) second.push({ ...recall, onSelect: () => actions.recall(message) });
  if (album.length > 1) {
    second.push({
      id: 'recallAlbum',
      label: t('album.recall'),
      icon: Layers,
      tone: 'recall',
      trailing: <span>{album.length}</span>,
      onSelect: () => recallTogether(message.channel, album),
    });
  }
  if (acknowledged || failed) {
    second.push({
      id: 'delete',
      label: t(failed ? 'send.delete' : 'menu.deleteForMe'),
      icon: Trash2,
      shortcut: keys('deleteForMe'),
      onSelect: () => actions.remove(message),
    });
  }
  const entries: MenuEntry[] =
    first.length > 0 && second.length > 0 ? [...first, 'separator', ...second] : [...first, ...second];
  return <Menu label={t('menu.message')} entries={entries} quick={quick} anchor={anchor} onClose={onClose} />;
}

/** Of a picture that is shown. `open`: something can be written here. */
const pictureItems = (
  message: MessageView,
  open: boolean,
  mac: boolean,
  actions: MessageActions,
  t: Translate,
): MenuItem[] => [
  {
    id: 'copyImage',
    label: t('media.copyImage'),
    icon: Copy,
    shortcut: mac ? '⌘C' : 'Ctrl C',
    onSelect: () => actions.copy(message),
  },
  {
    id: 'scan',
    label: t('code.scan'),
    icon: ScanQrCode,
    onSelect: () => void scanMessage(message),
  },
  ...(open && canEditImage(message)
    ? [
        {
          id: 'editImage',
          label: t('imageEditor.menu'),
          icon: Pencil,
          onSelect: () => editImageOf(message),
        },
      ]
    : []),
];

/** Favourite and reminder: kept on this computer. */
function keepItems(
  { channel, key, messageId }: MessageView,
  {
    favourite,
    reminder,
    anchor,
    t,
  }: {
    favourite: BookmarkRef | undefined;
    reminder: BookmarkRef | undefined;
    anchor: MenuAnchor;
    t: Translate;
  },
): MenuItem[] {
  return [
    {
      id: 'favourite',
      label: t(favourite ? 'fav.remove' : 'fav.add'),
      icon: favourite ? StarOff : Star,
      onSelect: () => {
        if (favourite) void removeFavourite(favourite.id, { channel, key });
        else addFavourite(channel, key);
      },
    },
    {
      id: 'remind',
      label: reminder ? t('remind.change', { t: reminderTimeNow(reminder.at) }) : t('remind.menu'),
      icon: Bell,
      onSelect: () => requestReminder({ channel, key, messageId: messageId ?? '', anchor }),
    },
  ];
}

const saveItem = (message: MessageView, t: Translate): MenuItem => ({
  id: 'save',
  label: t('media.saveAs'),
  icon: Download,
  onSelect: () => void saveMedia(message),
});

const canBeSaved = (message: MessageView): boolean =>
  ['image', 'file', 'voice', 'video'].includes(message.content.kind) && !isUploading(message);

function recallItem(
  permission: RecallPermission,
  t: Translate,
  nowMs: number,
  revokeSecond: number,
): Omit<MenuItem, 'onSelect'> | null {
  // One id for all states: the focus stays on the item when its window ends.
  const base = { id: 'recall', label: t('recall.menu'), icon: RotateCcw };
  if (permission.ok) {
    switch (permission.kind) {
      case 'own':
        return {
          ...base,
          tone: 'recall',
          trailing:
            permission.untilMs === null ? undefined : (
              <TimeLeft untilMs={permission.untilMs} windowMs={revokeSecond * 1000} nowMs={nowMs} />
            ),
        };
      case 'member':
        return { ...base, label: t('recall.menuOther'), tone: 'recall' };
      case 'cancelSend':
        return { ...base, label: t('recall.cancelSend'), icon: X, tone: 'danger' };
      default:
        return permission satisfies never;
    }
  }
  if (permission.reason === 'notMine') return null;
  return { ...base, disabledReason: refusalText(permission, t) };
}
