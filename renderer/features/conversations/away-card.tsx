import { CheckCheck, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId } from 'react';
import { parseChannelKey } from '../../../shared/domain.ts';
import type { AwaySummary } from '../../../shared/ipc/contract/session.ts';
import { type Translate, useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { unreadTotal } from '../../state/session/conversation-order.ts';
import { useSession } from '../../state/session/session-store.ts';
import { useSettings } from '../../state/session/settings.ts';
import { openChannel } from '../../state/window/ui-store.ts';
import { pastTimeNow } from '../../text/reminder-text.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import css from './away-card.module.css';

/**
 * What came while nobody was there (more.md 13): numbers only, of the rows as they are now. A message that is recalled
 * or read elsewhere leaves them with its row.
 */
export function AwayCard() {
  const summary = useSession((state) => state.away);
  const { badgeCountsMuted } = useSettings();
  // As the badge has it.
  const unread = useSession(({ conversations }) => unreadTotal(conversations.values(), badgeCountsMuted));
  const requests = useSession((state) => state.friendRequests);
  const isEmpty = unread === 0 && requests === 0;
  // Nothing is left of it: what comes later is of no absence.
  useEffect(() => {
    if (summary && isEmpty) dismiss();
  }, [summary, isEmpty]);
  if (!summary || isEmpty) return null;
  return <Card summary={summary} unread={unread} requests={requests} />;
}

function Card({ summary, unread, requests }: { summary: AwaySummary; unread: number; requests: number }) {
  const t = useT();
  const id = useId();
  const mentions = useSession(({ conversations }) => mentionsIn(conversations.values()));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    dismiss();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys come from the buttons inside
    <section className={css['card']} aria-labelledby={id} data-testid="away-card" onKeyDown={onKeyDown}>
      <div className={css['head']}>
        <div className={css['words']}>
          <h2 id={id} className={css['title']}>
            {t('away.title', { t: spanText(t, summary.untilMs - summary.sinceMs) })}
          </h2>
          <span className={css['since']}>{t('away.since', { t: pastTimeNow(summary.sinceMs) })}</span>
        </div>
        <IconButton icon={X} label={t('away.close')} size={28} iconSize={16} onClick={dismiss} />
      </div>
      <dl className={css['numbers']}>
        <Count label={t('away.unread')} n={unread} />
        <Count label={t('away.mentions')} n={mentions} />
        {requests > 0 && <Count label={t('away.requests')} n={requests} />}
        <Count label={t('away.recalled')} n={summary.recalled} />
      </dl>
      <div className={css['buttons']}>
        <Button icon={CheckCheck} onClick={() => void markAllRead()}>
          {t('away.markAll')}
        </Button>
        {mentions > 0 && (
          <Button variant="primary" onClick={openFirstMention}>
            {t('away.mentionsFirst')}
          </Button>
        )}
      </div>
    </section>
  );
}

function Count({ label, n }: { label: string; n: number }) {
  return (
    <div className={css['count']}>
      <dt>{label}</dt>
      <dd>{n > 9999 ? '9999+' : n}</dd>
    </div>
  );
}

function mentionsIn(rows: Iterable<{ mentions: number }>): number {
  let total = 0;
  for (const row of rows) total += row.mentions;
  return total;
}

const HOUR_MS = 3_600_000;
const DAYS_FROM_HOURS = 48;

function spanText(t: Translate, ms: number): string {
  const hours = Math.max(1, Math.floor(ms / HOUR_MS));
  return hours < DAYS_FROM_HOURS
    ? t('time.hours', { n: hours })
    : t('time.days', { n: Math.floor(hours / 24) });
}

const dismiss = (): void => void call('core.seenAway', undefined).catch(() => undefined);

async function markAllRead(): Promise<void> {
  const { conversations } = useSession.getState();
  const unread = [...conversations.values()].filter((row) => row.unread > 0 || row.markedUnread);
  await attempt(() =>
    Promise.all(
      unread.map(({ channel, lastMessageSeq }) =>
        call('conversations.markRead', { channel, messageSeq: lastMessageSeq }),
      ),
    ),
  );
}

function openFirstMention(): void {
  const { conversations, order } = useSession.getState();
  const key = order.find((each) => (conversations.get(each)?.mentions ?? 0) > 0);
  if (key !== undefined) openChannel(parseChannelKey(key), { focusComposer: true });
}
