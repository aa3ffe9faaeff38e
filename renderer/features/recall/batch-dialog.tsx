import { Check, Clock, CloudOff, Lock, RotateCcw, TriangleAlert, UserX } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { channelKey, type MessageView } from '../../../shared/domain.ts';
import { type Translate, useLanguage, useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useForgetting } from '../../state/forget.ts';
import { useMessageStore } from '../../state/messages/message-store.ts';
import type { Selection } from '../../state/messages/selection-store.ts';
import { focusRegion } from '../../state/window/regions.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { OutOfReach } from '../../ui/out-of-reach.tsx';
import { useProblem } from '../../ui/use-problem.ts';
import { Spinner } from '../../ui/spinner.tsx';
import { contentLine } from '../../text/message-text.ts';
import { groupReasons, summarise } from '../../state/recall/batch-recall.ts';
import { type Batch, endBatch, startBatch, useBatch } from '../../state/recall/batch-store.ts';
import { useInForwards } from '../../state/recall/in-forwards.ts';
import { denialText } from '../../state/recall/recall-denial.ts';
import { wordsFollow } from '../../state/recall/words-after.ts';
import { useBatchPlan } from '../../state/recall/use-batch-plan.ts';
import { type PolicyRefusal, refusalText } from '../../text/recall-refusal.ts';
import css from './batch-dialog.module.css';
import { isFocusFree } from '../../ui/focus-trap.ts';

/** Asks before the selected messages are recalled: how many can be, and why the others cannot. */
export function BatchQuestion({ selection }: { selection: Selection }) {
  const asking = useBatch((state) => state.asking);
  return asking ? <Question selection={selection} /> : null;
}

function Question({ selection }: { selection: Selection }) {
  const t = useT();
  const { plan, messages } = useBatchPlan(selection);
  const copies = useInForwards(selection.channel, plan.allowed);
  const n = plan.allowed.length;
  const m = plan.refused.length;
  const reasons = groupReasons(plan.refused.map(({ why }) => refusalText(why, t)));
  // An album, whose words are a message of their own.
  const together = useBatch((state) => state.together);
  const wordsStay = useMessageStore(
    (state) => together && wordsFollow(state.channels[channelKey(selection.channel)]?.window, messages),
  );
  return (
    <ConfirmDialog
      title={t('multi.confirm.title', { n })}
      confirmLabel={t('multi.act', { n })}
      danger
      why={n === 0 ? t('multi.none') : null}
      onCancel={endBatch}
      onConfirm={() => void startBatch(selection.channel, plan, messages)}
    >
      <p>{m > 0 ? t('multi.confirm.body', { n, m }) : t('multi.confirm.all', { n })}</p>
      {reasons.length > 0 && (
        <ul className={css['reasons']} data-testid="batch-reasons">
          {reasons.map(({ why, n: count }) => (
            <li key={why}>{t('multi.why.count', { n: count, why })}</li>
          ))}
        </ul>
      )}
      {wordsStay && <p data-testid="words-stay">{t('album.wordsStay')}</p>}
      <p className={css['seen']}>{t('multi.seen')}</p>
      <OutOfReach copies={copies} />
    </ConfirmDialog>
  );
}

/** Progress of a batch, then its result, in one dialog. */
export function BatchProgress() {
  const batch = useBatch((state) => state.batch);
  return batch ? <Progress batch={batch} /> : null;
}

function Progress({ batch }: { batch: Batch }) {
  const t = useT();
  const { total, done, waiting, running, refused } = summarise(batch.outcomes.values(), batch.refused.length);
  const asked = batch.outcomes.size;
  const { problem, run } = useProblem();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (batch.settled) button.current?.focus();
  }, [batch.settled]);
  // What had the focus before may have gone with the selection.
  useEffect(
    () => () => {
      if (isFocusFree(null)) focusRegion('composer');
    },
    [],
  );
  const rest = [
    refused > 0 && t('multi.rest', { n: refused }),
    waiting > 0 && t('multi.waiting', { n: waiting }),
  ].filter(Boolean);
  const title = batch.settled
    ? t('multi.result', { a: done, b: total })
    : t('multi.progress', { a: asked - running, b: asked });
  return (
    <Dialog
      title={title}
      closeButton
      className={css['dialog']}
      onClose={endBatch}
      problem={problem}
      footer={
        <>
          <span className={css['footNote']}>{batch.settled ? t('multi.seen') : t('multi.background')}</span>
          {batch.settled && waiting > 0 && (
            <Button onClick={() => void run(() => call('connection.retry', undefined))}>
              {t('multi.retry', { n: waiting })}
            </Button>
          )}
          <Button
            ref={button}
            variant={batch.settled ? 'primary' : 'default'}
            data-autofocus
            onClick={endBatch}
          >
            {t(batch.settled ? 'action.done' : 'action.close')}
          </Button>
        </>
      }
    >
      <output className={css['summary']}>
        {batch.settled && rest.length > 0 && rest.join(t('multi.and')) + t('multi.end')}
      </output>
      <div
        className={css['bar']}
        role="progressbar"
        aria-label={t('multi.progressBar')}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
      >
        <span className={css['barDone']} style={{ width: `${(100 * done) / total}%` }} />
        <span className={css['barWaiting']} style={{ width: `${(100 * waiting) / total}%` }} />
      </div>
      <ul className={css['list']} data-testid="batch-result">
        {running > 0 && (
          <ResultRow
            icon={<Spinner size={16} />}
            title={t('multi.messages', { n: running })}
            detail={t('recall.pending')}
          />
        )}
        {done > 0 && (
          <ResultRow
            icon={<Icon of={RotateCcw} size={16} />}
            title={t('multi.messages', { n: done })}
            detail={t('multi.erased')}
            chip={
              <Chip tone="success" icon={Check}>
                {t('multi.state.done')}
              </Chip>
            }
          />
        )}
        <Refused batch={batch} />
        {waiting > 0 && (
          <ResultRow
            icon={<Icon of={CloudOff} size={16} />}
            title={t('multi.messages', { n: waiting })}
            detail={
              <>
                {t('multi.waitingWhy')}
                <i className="dot-separator" />
                {t('recall.queuedVisible')}
              </>
            }
            chip={
              <Chip tone="warn" icon={Clock}>
                {t('multi.state.waiting')}
              </Chip>
            }
          />
        )}
      </ul>
    </Dialog>
  );
}

/** What stays visible, each with its reason; its words are read live from the flow. */
function Refused({ batch }: { batch: Batch }) {
  const t = useT();
  const language = useLanguage();
  useForgetting();
  const loaded = useMessageStore((state) => state.channels[channelKey(batch.channel)]?.window.byKey);
  const chip = <Chip>{t('multi.state.refused')}</Chip>;
  const title = (key: string): string => {
    const message = loaded?.get(key);
    if (!message || message.content.kind === 'recalled') return t('multi.messages', { n: 1 });
    return lineOf(message, contentLine(message.content, language), t);
  };
  return (
    <>
      {batch.refused.map(({ key, why }) => (
        <ResultRow
          key={key}
          icon={<Icon of={REFUSAL_ICONS[why.reason]} size={16} />}
          title={title(key)}
          detail={refusalText(why, t)}
          chip={chip}
        />
      ))}
      {[...batch.outcomes].map(([key, outcome]) =>
        outcome.state === 'refused' ? (
          <ResultRow
            key={key}
            icon={<Icon of={TriangleAlert} size={16} />}
            title={title(key)}
            detail={denialText(outcome.reason, t)}
            chip={chip}
          />
        ) : null,
      )}
    </>
  );
}

const REFUSAL_ICONS: Record<PolicyRefusal['reason'], LucideIcon> = {
  late: Clock,
  role: Lock,
  rulesUnknown: CloudOff,
  notMine: UserX,
};

const lineOf = (message: MessageView, text: string, t: Translate): string =>
  message.own ? text : t('preview.from', { name: message.fromName, text });

function ResultRow({
  icon,
  title,
  detail,
  chip,
}: {
  icon: ReactNode;
  title: string;
  detail: ReactNode;
  chip?: ReactNode;
}) {
  return (
    <li className={css['result']}>
      {icon}
      <span className={css['words']}>
        <span className="ellipsis">{title}</span>
        <small>{detail}</small>
      </span>
      {chip}
    </li>
  );
}
