import { Check, Download, TriangleAlert } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { UpdateFailure, UpdateState } from '../../../shared/ipc/contract/updates.ts';
import { useT } from '../../i18n/i18n.ts';
import { requestRestart } from '../../state/updates/restart.ts';
import {
  downloadUpdate,
  openUpdate,
  pauseUpdate,
  putFailureAway,
  useUpdates,
} from '../../state/updates/update-store.ts';
import { openSettings } from '../../state/window/ui-store.ts';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { ProgressRing } from '../../ui/progress-ring.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import css from './update-line.module.css';

/** Not worth a line: it is tried again by itself, or the page about updates says it. */
const QUIET: ReadonlySet<UpdateFailure> = new Set(['network', 'proxy', 'server', 'clock', 'noPackage']);

/** Under the search field (more.md 14), and where nobody is signed in without the way to the settings. */
export function UpdateLine({ details = true }: { details?: boolean }) {
  const t = useT();
  const update = useUpdates((state) => state.update);
  const seen = useUpdates((state) => state.seen);
  if (update === null || update.way.kind === 'off') return null;
  const { failure } = update;
  return (
    <div role="status" aria-label={t('upd.label')}>
      {failure !== null && failure !== seen && !QUIET.has(failure) && (
        <Line tone="tone-danger" icon={TriangleAlert} text={t(`upd.fail.${failure}`)} testId="update-failed">
          <Action
            label={details ? t('upd.details') : t('storage.seen')}
            onClick={() => {
              putFailureAway();
              if (details) openSettings('about');
            }}
          />
        </Line>
      )}
      <PhaseLine update={update} details={details} />
    </div>
  );
}

function PhaseLine({ update, details }: { update: UpdateState; details: boolean }) {
  const t = useT();
  const { phase, next, percent, way } = update;
  if (next === null) return null;
  switch (phase) {
    case 'available':
      return (
        <Line
          tone={null}
          icon={Download}
          text={t('upd.available', { v: next.version })}
          testId="update-available"
        >
          {next.notesUrl !== null && <Action label={t('upd.notes')} onClick={() => openUpdate('notes')} />}
          {way.kind === 'self' && <Action label={t('upd.download')} onClick={downloadUpdate} />}
          {way.kind === 'byHand' && details && (
            <Action label={t('upd.details')} onClick={() => openSettings('about')} />
          )}
        </Line>
      );
    case 'downloading':
      // Read once and not each percent.
      return (
        <Line tone={null} icon={<Ring percent={percent} />} text={t('upd.downloading', { n: percent })} quiet>
          <Action label={t('upd.pause')} onClick={pauseUpdate} />
        </Line>
      );
    case 'paused':
      return (
        <Line tone={null} icon={<Ring percent={percent} />} text={t('upd.paused', { n: percent })}>
          <Action label={t('upd.resume')} onClick={downloadUpdate} />
        </Line>
      );
    case 'ready':
      return (
        <Line
          tone="tone-success"
          icon={Check}
          text={t('upd.ready', { v: next.version })}
          testId="update-ready"
        >
          <Action label={t('upd.restart')} onClick={requestRestart} />
        </Line>
      );
    case 'installing':
      return <Line tone={null} icon={<Spinner size={16} />} text={t('upd.installing')} />;
    default:
      return null;
  }
}

interface LineProps {
  /** null = the surface's own colours. */
  tone: 'tone-success' | 'tone-danger' | null;
  icon: LucideIcon | ReactNode;
  text: string;
  quiet?: boolean;
  testId?: string;
  children?: ReactNode;
}

function Line({ tone, icon, text, quiet = false, testId, children }: LineProps) {
  return (
    <div className={cx(css['line'], tone ?? css['plain'])} data-testid={testId}>
      {isIcon(icon) ? <Icon of={icon} size={16} /> : icon}
      <span className={css['text']} aria-live={quiet ? 'off' : undefined}>
        {text}
      </span>
      {children}
    </div>
  );
}

/** lucide's icons are components, what stands ready is an element. */
const isIcon = (icon: LucideIcon | ReactNode): icon is LucideIcon =>
  typeof icon === 'object' && icon !== null && 'render' in icon;

function Action({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" className={css['action']} onClick={onClick}>
      {label}
    </button>
  );
}

function Ring({ percent }: { percent: number }) {
  return (
    <ProgressRing
      size={16}
      radius={6}
      share={percent / 100}
      className={css['ring']}
      trackClass={css['track']}
      partClass={css['part']}
    />
  );
}
