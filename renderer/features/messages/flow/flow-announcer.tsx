import { memo, useEffect, useRef } from 'react';
import { channelKey, type ChannelRef, type MessageView } from '../../../../shared/domain.ts';
import { currentLanguage, t } from '../../../i18n/i18n.ts';
import { translate } from '../../../../shared/strings/index.ts';
import { onLiveEvent } from '../../../state/messages/live-event.ts';
import { tipOf } from '../row/recall-line.tsx';
import { currentSelf } from '../../../state/session/session-store.ts';
import { contentLine } from '../../../text/message-text.ts';
import { useLatest } from '../../../ui/use-latest.ts';
import type { Names } from '../names/use-names.ts';

/** At most one announcement in this time (ui.md 3). */
const EVERY_MS = 2_000;
/** What was said does not stay in the document: a later recall must not find it there. */
const KEEP_MS = 1_500;

/**
 * Says new messages and recalls to screen readers; its text is gone as soon as one of its messages is recalled. The
 * text is written into the element and is no state of a component, of which React would keep the version before.
 */
export const FlowAnnouncer = memo(function FlowAnnouncer({
  channel,
  names,
}: {
  channel: ChannelRef;
  names: Names;
}) {
  const region = useRef<HTMLDivElement>(null);
  const namesRef = useLatest(names);
  const key = channelKey(channel);
  useEffect(() => {
    let waiting: MessageView[] = [];
    let tips: string[] = [];
    let timer: number | undefined;
    let clear: number | undefined;
    let lastAt = -EVERY_MS;
    /** Keys of the messages whose words are in the element. */
    let saidKeys: readonly string[] = [];
    const say = (text: string, keys: readonly string[]): void => {
      saidKeys = keys;
      // A new element each time: the same words twice are said twice.
      const words = document.createElement('span');
      words.textContent = text;
      region.current?.replaceChildren(...(text ? [words] : []));
    };
    const flush = (): void => {
      timer = undefined;
      const text = [recallText(tips), arrivalText(waiting)].filter(Boolean).join('. ');
      const keys = waiting.map((message) => message.key);
      waiting = [];
      tips = [];
      if (!text) return;
      lastAt = performance.now();
      say(text, keys);
      window.clearTimeout(clear);
      clear = window.setTimeout(() => say('', []), KEEP_MS);
    };
    const end = onLiveEvent((event) => {
      if (channelKey(event.channel) !== key) return;
      const edited = new Map(event.edited.map((message) => [message.key, message]));
      const gone = new Set([...event.recalled.map((message) => message.key), ...event.removed]);
      waiting = waiting.map((message) => edited.get(message.key) ?? message);
      if (saidKeys.some((k) => edited.has(k))) say('', []);
      waiting = waiting.filter((message) => !gone.has(message.key));
      if (saidKeys.some((k) => gone.has(k))) say('', []);
      waiting.push(...event.arrived);
      for (const message of event.recalled) {
        const tip = tipOf(message, namesRef.current, t);
        tips.push(translate(currentLanguage(), tip.key, tip.params).trim());
      }
      if (waiting.length === 0 && tips.length === 0) return;
      timer ??= window.setTimeout(flush, Math.max(0, lastAt + EVERY_MS - performance.now()));
    });
    return () => {
      end();
      window.clearTimeout(timer);
      window.clearTimeout(clear);
      say('', []);
    };
  }, [key, namesRef]);
  return <div ref={region} className="visually-hidden" aria-live="polite" data-testid="flow-announcements" />;
});

/** One recall by its placeholder, several as a number. */
function recallText(tips: readonly string[]): string {
  return tips.length > 1 ? t('flow.recalledCount', { n: tips.length }) : (tips[0] ?? '');
}

function arrivalText(messages: readonly MessageView[]): string {
  const only = messages[0];
  if (!only) return '';
  if (messages.length > 1) return t('flow.newCount', { n: messages.length });
  return t('preview.from', {
    name: only.fromName,
    text: contentLine(only.content, currentLanguage(), currentSelf()),
  });
}
