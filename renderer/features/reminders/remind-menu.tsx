import { CalendarDays, Clock, Pencil, X } from 'lucide-react';
import { useState } from 'react';
import { useLanguage, useT } from '../../i18n/i18n.ts';
import { clockTime } from '../../i18n/time-format.ts';
import { removeReminder, setReminder, useBookmarkOf } from '../../state/messages/bookmarks.ts';
import {
  endRemindRequest,
  type RemindRequest,
  requestReminder,
  useRemindRequest,
} from '../../state/messages/remind-request.ts';
import { reminderTimeNow } from '../../text/reminder-text.ts';
import { reminderTimes } from '../../text/reminder-times.ts';
import { Menu, type MenuEntry } from '../../ui/menu.tsx';
import { showToast } from '../../ui/toast.tsx';
import { RemindDialog } from './remind-dialog.tsx';

/** When to be reminded of a message: four times, and to be reminded no more. It goes with the message. */
export function RemindMenu() {
  const request = useRemindRequest((state) => state.request);
  return request && <Times key={request.messageId} request={request} />;
}

function Times({ request }: { request: RemindRequest }) {
  const t = useT();
  const language = useLanguage();
  // As long as the menu is open it offers what it offered when it opened.
  const [times] = useState(() => reminderTimes(Date.now()));
  const reminder = useBookmarkOf('reminder', request.messageId);
  const { channel, key } = request;

  const set = (at: number): void => {
    endRemindRequest();
    void setReminder(channel, key, at).then(
      (done) =>
        done &&
        showToast({
          text: t('remind.set', { t: reminderTimeNow(at) }),
          tone: 'success',
        }),
    );
  };
  if (request.custom)
    return <RemindDialog from={reminder?.at ?? null} onChoose={set} onClose={endRemindRequest} />;
  const { hour, tonight, tomorrow } = times;
  const entries: MenuEntry[] = [
    { id: 'hour', label: t('remind.hour'), icon: Clock, onSelect: () => set(hour) },
    ...(tonight === null
      ? []
      : [
          {
            id: 'tonight',
            label: t('remind.tonight', { t: clockTime(language, tonight * 1000) }),
            icon: Clock,
            onSelect: () => set(tonight),
          },
        ]),
    {
      id: 'tomorrow',
      label: t('remind.tomorrow', { t: clockTime(language, tomorrow * 1000) }),
      icon: CalendarDays,
      onSelect: () => set(tomorrow),
    },
    { id: 'custom', label: t('remind.custom'), icon: Pencil, onSelect: () => requestReminder(request, true) },
  ];
  if (reminder) {
    entries.push('separator', {
      id: 'cancel',
      label: t('remind.cancel'),
      icon: X,
      tone: 'danger',
      onSelect: () => {
        endRemindRequest();
        void removeReminder(reminder.id);
      },
    });
  }
  return (
    <Menu label={t('remind.times')} entries={entries} anchor={request.anchor} onClose={endRemindRequest} />
  );
}
