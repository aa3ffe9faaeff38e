/** Dialogs over the chat that are seldom opened: their code is loaded then. */
import { channelKey, type ChannelRef } from '../../shared/domain.ts';
import { closeImageEditor, useImageEditor } from '../state/image-editor/editor-store.ts';
import { endForward, useForward } from '../state/messages/forward-store.ts';
import { usePins } from '../state/messages/pins.ts';
import { useHistoryReader } from '../state/messages/history-reader.ts';
import { endReactionRequest, useReactionRequest } from '../state/messages/reactions.ts';
import { endRemindRequest, useRemindRequest } from '../state/messages/remind-request.ts';
import { closeCalendar, useUi } from '../state/window/ui-store.ts';
import { closeViewer, useViewer } from '../state/media/viewer-store.ts';
import { lateLayer, latePart } from '../ui/late-part.tsx';

const Forwarding = lateLayer(
  async () => (await import('../features/forward/forward-dialog.tsx')).ForwardDialog,
  endForward,
);
const Watching = lateLayer(
  async () => (await import('../features/viewer/film-viewer.tsx')).FilmViewer,
  closeViewer,
);
const Viewing = lateLayer(
  async () => (await import('../features/viewer/image-viewer.tsx')).ImageViewer,
  closeViewer,
);

const Reminding = lateLayer(
  async () => (await import('../features/reminders/remind-menu.tsx')).RemindMenu,
  endRemindRequest,
);

const DayChoosing = lateLayer(
  async () => (await import('../features/calendar/chat-calendar.tsx')).ChatCalendar,
  closeCalendar,
);

const ReactionPicking = lateLayer(
  async () => (await import('../features/composer/emoji/reaction-picker.tsx')).ReactionPicker,
  endReactionRequest,
);

const Pinned = latePart(async () => (await import('../features/pins/pinned-bar.tsx')).PinnedBar);

export function PinnedBar({ channel }: { channel: ChannelRef }) {
  const { gone, hidden, pins } = usePins(channelKey(channel));
  return (gone || (pins.length > 0 && !hidden)) && <Pinned channel={channel} />;
}

const HistoryReading = latePart(
  async () => (await import('../features/messages/history/history-reader.tsx')).HistoryReader,
);

export function HistoryReader() {
  return useHistoryReader((state) => state.wanted || state.reading !== null) && <HistoryReading />;
}

const Reading = lateLayer(
  async () => (await import('../features/messages/readers/read-by.tsx')).ReadBy,
  endReactionRequest,
);

export function ReadBy() {
  return useReactionRequest((state) => state.request?.what === 'read') && <Reading />;
}

export function ReactionPicker() {
  return useReactionRequest((state) => state.request?.what === 'all') && <ReactionPicking />;
}

export function ChatCalendar() {
  return useUi((state) => state.calendar !== null) && <DayChoosing />;
}

export function RemindMenu() {
  return useRemindRequest((state) => state.request !== null) && <Reminding />;
}

export function ForwardDialog() {
  return useForward((state) => state.forwarding !== null) && <Forwarding />;
}

const ImageEditing = lateLayer(
  async () => (await import('../features/image-editor/image-editor.tsx')).ImageEditor,
  closeImageEditor,
);

export function ImageEditor() {
  return useImageEditor((state) => state.open !== null) && <ImageEditing />;
}

/** What is looked at: a picture, or a film with its player, or what is said in its place. */
export function MediaViewer() {
  const isFilm = useViewer(({ gone, viewing }) => (gone ?? viewing)?.isFilm);
  if (isFilm === undefined) return null;
  return isFilm ? <Watching /> : <Viewing />;
}
