import { File, Image, type LucideIcon, MessageSquare, Mic, Type, Video } from 'lucide-react';
import { useState } from 'react';
import { channelKey } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import { countdown } from '../../i18n/time-format.ts';
import { planBatch } from '../../state/recall/batch-recall.ts';
import { startBatch } from '../../state/recall/batch-store.ts';
import { useInForwards } from '../../state/recall/in-forwards.ts';
import { permissionFor } from '../../state/recall/recall-permission.ts';
import { RECENT_KINDS, type RecentKind } from '../../state/recall/recent-own.ts';
import {
  endRecentRecall,
  RECENT_SECONDS,
  type RecentQuestion,
  useRecentRecall,
} from '../../state/recall/recent-recall.ts';
import { useServerNow } from '../../state/session/server-clock.ts';
import { useChannelInfo, useConnection, useMe, useRules } from '../../state/session/session-store.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { OutOfReach } from '../../ui/out-of-reach.tsx';
import { SegmentedChoice } from '../../ui/segmented-choice.tsx';
import css from './recent-dialog.module.css';

const ICONS: Record<RecentKind, LucideIcon> = {
  text: Type,
  image: Image,
  voice: Mic,
  video: Video,
  file: File,
  other: MessageSquare,
};
/** The time left is amber from here on. */
const SHORT_MS = 10_000;

/**
 * Asks before all I sent here lately, or what a member sent today, is recalled: how many, of which kinds, how long each
 * may still be.
 */
export function RecentRecallQuestion() {
  const question = useRecentRecall((state) => state.question);
  return question && <Question question={question} />;
}

/** Minutes; 0 = today. */
const SPANS = ['10', '60', '0'] as const;
type Span = (typeof SPANS)[number];
/** Of own ones, where recalls have no limit. */
const OWN_SPANS = ['2', '10'] as const;
type OwnSpan = (typeof OWN_SPANS)[number];

function Question({ question }: { question: RecentQuestion }) {
  const { channel, long, more, of, partly } = question;
  const t = useT();
  const [span, setSpan] = useState<Span>('0');
  const [ownSpan, setOwnSpan] = useState<OwnSpan>('2');
  const meUid = useMe()?.uid ?? '';
  const rules = useRules();
  const info = useChannelInfo(channelKey(channel));
  const nowMs = useServerNow(1_000);
  const offline = useConnection().state !== 'online';
  const ownSeconds = long && ownSpan === '2' ? RECENT_SECONDS : 0;
  const seconds = of ? Number(span) * 60 : ownSeconds;
  const since = seconds === 0 ? 0 : nowMs / 1000 - seconds;
  const found = question.found.filter(({ message }) => message.timestamp >= since);
  const messages = found.map(({ message }) => message);
  const context = { meUid, info, rules, nowMs };
  const plan = planBatch(messages, (message) => permissionFor(message, context));
  const copies = useInForwards(channel, plan.allowed);
  const n = plan.allowed.length;
  const late = plan.refused.length;
  const allowed = new Set(plan.allowed);
  const kinds = RECENT_KINDS.flatMap((kind) => {
    const of = found.filter((one) => one.kind === kind && allowed.has(one.message.key));
    const ends = of.flatMap(({ message }) => {
      const permission = permissionFor(message, context);
      return permission.ok && permission.kind === 'own' && permission.untilMs !== null
        ? [permission.untilMs - nowMs]
        : [];
    });
    return of.length === 0
      ? []
      : [{ kind, count: of.length, leftMs: ends.length > 0 ? Math.min(...ends) : null }];
  });
  return (
    <ConfirmDialog
      title={of ? t(`memberRecall.title${span}`, { Y: of.name, n }) : t('recent.title', { n })}
      confirmLabel={t('multi.act', { n })}
      danger
      why={n === 0 ? t('multi.none') : null}
      onCancel={endRecentRecall}
      onConfirm={() => {
        endRecentRecall();
        void startBatch(channel, plan, messages);
      }}
    >
      {of && (
        <div className={css['spans']}>
          <SegmentedChoice
            label={t('memberRecall.span')}
            options={SPANS.map((id) => ({ id, label: t(`memberRecall.span${id}`) }))}
            selected={span}
            onSelect={setSpan}
          />
        </div>
      )}
      {long && (
        <div className={css['spans']}>
          <SegmentedChoice
            label={t('memberRecall.span')}
            options={OWN_SPANS.map((id) => ({ id, label: t(`recent.span${id}`) }))}
            selected={ownSpan}
            onSelect={setOwnSpan}
          />
        </div>
      )}
      <p>{t(of ? 'memberRecall.body' : 'recent.body')}</p>
      <ul className={css['kinds']} data-testid="recent-kinds">
        {kinds.map(({ kind, count, leftMs }) => (
          <li key={kind} className={css['kind']}>
            <Icon of={ICONS[kind]} size={16} />
            <span>
              {t(`recent.${kind}`)} <span className={css['count']}>×{count}</span>
            </span>
            {leftMs !== null && (
              <span className={cx(css['left'], leftMs < SHORT_MS && css['short'])}>
                {t('recent.left', { t: countdown(leftMs) })}
              </span>
            )}
          </li>
        ))}
      </ul>
      {late > 0 && (
        <p className={css['note']}>{t(of ? 'memberRecall.cannot' : 'recent.late', { n: late })}</p>
      )}
      {more && found.length === question.found.length && <p className={css['note']}>{t('recent.more')}</p>}
      {partly && <p className={css['note']}>{t('memberRecall.partly')}</p>}
      {offline && <p className={css['note']}>{t('recent.offline')}</p>}
      <OutOfReach copies={copies} />
    </ConfirmDialog>
  );
}
