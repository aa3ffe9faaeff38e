/**
 * The export of a chat that is being asked for or written (docs/chat-export.md): counts, never words. It goes on when
 * its dialog is closed; what came of it is said then.
 */
import { create } from 'zustand';
import { channelKey, type ChannelRef } from '../../../shared/domain.ts';
import type {
  Exported,
  ExportFormat,
  ExportPlan,
  ExportProgress,
  ExportRange,
} from '../../../shared/ipc/contract/chat-export.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { type PlainKey, t } from '../../i18n/i18n.ts';
import { showToast } from '../../ui/toast.tsx';
import { call } from '../bridge.ts';
import { attempt } from '../errors.ts';
import { onExport, onMessageDelta, useSession } from '../session/session-store.ts';
import { useUi } from '../window/ui-store.ts';

/** What of a chat is counted again, at most so often, while it changes. */
const RECOUNT_MS = 500;

export type ExportOutcome = { kind: 'done'; exported: Exported } | { kind: 'failed'; why: PlainKey };

interface ExportState {
  /** What is written now; the system may still be asking where to. */
  running: { channel: ChannelRef; progress: ExportProgress | null } | null;
  /** Of the last one of this chat. */
  outcome: { channel: ChannelRef; what: ExportOutcome } | null;
  /** Of what is about to be exported. */
  range: ExportRange | null;
  plan: ExportPlan | null;
  planFailed: boolean;
}

const nothing: ExportState = { running: null, outcome: null, range: null, plan: null, planFailed: false };
export const useExport = create<ExportState>(() => nothing);
const set = useExport.setState;

let latest = 0;
/** This page waits for what comes of it. */
let isOwn = false;
let recounting: ReturnType<typeof setTimeout> | undefined;

/** Counts what the range holds; `keep`: what is counted already stands until then. */
export async function planExport(range: ExportRange, keep = false): Promise<void> {
  latest += 1;
  const mine = latest;
  clearTimeout(recounting);
  recounting = undefined;
  set({ range, planFailed: false, ...(keep ? {} : { plan: null }) });
  const plan = await call('export.plan', range).catch(() => null);
  if (mine === latest) set(plan ? { plan } : { planFailed: true });
}

/** The dialog is closed. */
export function endExportPlan(): void {
  latest += 1;
  clearTimeout(recounting);
  recounting = undefined;
  set({ range: null, plan: null, planFailed: false, outcome: null });
}

/** What a page that begins anew finds. */
export async function findRunningExport(): Promise<void> {
  const progress = await call('export.progress', undefined).catch(() => null);
  if (progress && !useExport.getState().running) set({ running: { channel: progress.channel, progress } });
}

export interface WantedExport extends ExportRange {
  format: ExportFormat;
  media: boolean;
  /** What the chat is called. */
  name: string;
}

export async function startExport(wanted: WantedExport): Promise<void> {
  if (useExport.getState().running) return;
  const { channel } = wanted;
  set({ running: { channel, progress: null }, outcome: null });
  let what: ExportOutcome | null;
  isOwn = true;
  try {
    const exported = await call('shell.exportChat', wanted);
    what = exported && { kind: 'done', exported };
  } catch (error) {
    what = { kind: 'failed', why: reasonFor(error) };
  } finally {
    isOwn = false;
  }
  const seen = isDialogOf(channel);
  set({ running: null, outcome: what && seen ? { channel, what } : null });
  if (!what || seen) return;
  if (what.kind === 'done')
    showToast({
      text: t('export.done', { n: what.exported.messages }),
      tone: 'success',
      action: { label: t('export.open'), onSelect: openExport },
    });
  else showToast({ text: t(what.why), tone: what.why === 'export.cancelled' ? 'info' : 'error' });
}

export const cancelExport = (): void => void attempt(() => call('export.cancel', undefined));

export function openExport(): void {
  void call('shell.openExport', undefined).catch(() => showToast({ text: t('export.moved'), tone: 'error' }));
}

const isDialogOf = (channel: ChannelRef): boolean => {
  const { dialog } = useUi.getState();
  return dialog?.kind === 'export' && channelKey(dialog.channel) === channelKey(channel);
};

const REASONS: Readonly<Record<string, PlainKey>> = {
  cancelled: 'export.cancelled',
  busy: 'export.busy',
  diskFull: 'export.diskFull',
  notWritable: 'export.notWritable',
};

function reasonFor(error: unknown): PlainKey {
  if (!(error instanceof CodedError)) return 'export.failed';
  if (error.code === 'managed') return 'pol.by';
  if (error.code === 'unsure') return 'export.unsure';
  return REASONS[error.field ?? ''] ?? 'export.failed';
}

onExport((progress) => {
  const { running } = useExport.getState();
  if (progress) set({ running: { channel: running?.channel ?? progress.channel, progress } });
  // Of one that another page began nobody hears more than that it is over.
  else if (running && !isOwn) set({ running: null });
});
onMessageDelta((deltas) => {
  const { range } = useExport.getState();
  if (!range || recounting !== undefined) return;
  const key = channelKey(range.channel);
  if (deltas.some(({ channel }) => channelKey(channel) === key))
    recounting = setTimeout(() => void planExport(range, true), RECOUNT_MS);
});
useSession.subscribe((state, before) => {
  if (state.me?.uid === before.me?.uid) return;
  endExportPlan();
  set(nothing);
});
