import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import { currentLanguage, t } from '../../i18n/i18n.ts';
import { translate } from '../../../shared/strings/index.ts';
import { onLiveEvent } from '../../state/message-store.ts';
import { tipOf } from '../recall/recall-line.tsx';
import { contentText } from './message-text.ts';
import type { Names } from './use-names.ts';

/** At most one announcement in this time (ui.md 3). */
const EVERY_MS = 2_000;
/** What was said does not stay in the document: a later recall must not find it there. */
const KEEP_MS = 1_500;

interface Said {
  text: string;
  keys: readonly string[];
  id: number;
}

/** Says new messages and recalls to screen readers; its text is gone as soon as one of its messages is recalled. */
export function FlowAnnouncer({ channel, names }: { channel: ChannelRef; names: Names }) {
  const [said, setSaid] = useState<Said | null>(null);
  const namesRef = useRef(names);
  useLayoutEffect(() => {
    namesRef.current = names;
  });
  const key = channelKey(channel);
  useEffect(() => {
    let waiting: MessageView[] = [];
    let tips: string[] = [];
    let timer: number | undefined;
    let clear: number | undefined;
    let lastAt = -EVERY_MS;
    let id = 0;
    const flush = (): void => {
      timer = undefined;
      const text = [recallText(tips), arrivalText(waiting)].filter(Boolean).join('. ');
      const keys = waiting.map((message) => message.key);
      waiting = [];
      tips = [];
      if (!text) return;
      lastAt = performance.now();
      id += 1;
      setSaid({ text, keys, id });
      window.clearTimeout(clear);
      clear = window.setTimeout(() => setSaid(null), KEEP_MS);
    };
    const end = onLiveEvent((event) => {
      if (channelKey(event.channel) !== key) return;
      const gone = new Set([...event.recalled.map((message) => message.key), ...event.removed]);
      waiting = waiting.filter((message) => !gone.has(message.key));
      setSaid((current) => (current?.keys.some((k) => gone.has(k)) ? null : current));
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
      setSaid(null);
    };
  }, [key]);
  return (
    <div className="visually-hidden" aria-live="polite" data-testid="flow-announcements">
      {said && <span key={said.id}>{said.text}</span>}
    </div>
  );
}

/** One recall by its placeholder, several as a number. */
function recallText(tips: readonly string[]): string {
  return tips.length > 1 ? t('flow.recalledCount', { n: tips.length }) : (tips[0] ?? '');
}

function arrivalText(messages: readonly MessageView[]): string {
  const only = messages[0];
  if (!only) return '';
  if (messages.length > 1) return t('flow.newCount', { n: messages.length });
  return t('preview.from', { name: only.fromName, text: contentText(only.content, currentLanguage()) });
}
