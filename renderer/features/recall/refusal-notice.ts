/**
 * Refusals that no line in the flow tells: a recall whose message is not on screen (ui.md 5), an edit or a deletion
 * that was already shown as done. Toasts; registered once, on import.
 */
import { Lock, TriangleAlert } from 'lucide-react';
import { channelKey } from '../../../shared/domain.ts';
import { t } from '../../i18n/i18n.ts';
import { onLiveEvent } from '../../state/messages/live-event.ts';
import { onActionRefused, useSession } from '../../state/session/session-store.ts';
import { useUi } from '../../state/window/ui-store.ts';
import { showToast } from '../../ui/toast.tsx';
import { denialLeftMs, denialText } from '../../state/recall/recall-denial.ts';

onLiveEvent(({ channel, open, denied }) => {
  const { activeChannel, route } = useUi.getState();
  const onScreen =
    open &&
    route === 'chats' &&
    activeChannel !== null &&
    channelKey(activeChannel) === channelKey(channel) &&
    !document.hidden;
  if (onScreen) return;
  const now = Date.now() + useSession.getState().serverOffsetMs;
  // Only what was refused just now: a page of history may hold older refusals.
  const message = denied.find((entry) => denialLeftMs(entry, now) > 0);
  if (message?.recall?.state !== 'denied') return;
  const { reason } = message.recall;
  showToast({
    tone: 'error',
    icon: reason === 'denied' ? Lock : TriangleAlert,
    text: denialText(reason, t, true),
  });
});

onActionRefused(({ action, message }) => {
  const what = t(`refused.${action}`);
  showToast({
    tone: 'error',
    icon: TriangleAlert,
    text: message ? t('refused.why', { what, why: message }) : what,
  });
});
