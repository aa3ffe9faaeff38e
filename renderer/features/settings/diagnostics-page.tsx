import type { ConnectionState } from '../../../shared/domain.ts';
import type { Diagnostics } from '../../../shared/ipc/contract/diagnostics.ts';
import { type Translate, useT } from '../../i18n/i18n.ts';
import { byteSize } from '../../i18n/time-format.ts';
import { call } from '../../state/bridge.ts';
import { attempt } from '../../state/errors.ts';
import { useConnection, useSession } from '../../state/session/session-store.ts';
import { Button } from '../../ui/button.tsx';
import { Card, ValueRow } from '../../ui/card.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { showToast } from '../../ui/toast.tsx';
import { newestRecalls, RecallLog, surfacesText } from './recall-log.tsx';
import { useDiagnostics } from './use-diagnostics.ts';
import css from './settings.module.css';

function stateText(connection: ConnectionState, t: Translate): string {
  switch (connection.state) {
    case 'online':
      return t('conn.online');
    case 'connecting':
      return t('conn.connecting');
    case 'kicked':
      return t(connection.banned ? 'conn.banned' : connection.quit ? 'conn.quit' : 'conn.kicked');
    case 'sessionExpired':
      return t('conn.expired');
    case 'unreachable':
      return t('conn.unreachable');
    case 'offline':
      return t('nav.status.offline');
    default:
      return connection satisfies never;
  }
}

/** Figures without content: for people who look for a fault. */
export function DiagnosticsPage() {
  const t = useT();
  const connection = useConnection();
  const shell = useSession((state) => state.shell);
  const { diagnostics, refresh } = useDiagnostics();
  if (!diagnostics) return <SkeletonRows rows={6} />;
  const rows = factsOf(diagnostics, connection, t);
  const recalls = newestRecalls(diagnostics.recalls);
  const copy = (): void => {
    const text = [
      `WuKong Desktop ${shell?.version ?? ''} (${shell?.platform ?? ''})`,
      ...rows.map((row) => t('words.of', { what: row.label, whom: row.value })),
      ...recalls.map(
        (entry) =>
          `${new Date(entry.atMs).toISOString()} ${entry.source} ${Math.round(entry.tookMs)} ms: ${surfacesText(entry, t)}`,
      ),
    ].join('\n');
    void attempt(async () => {
      await call('shell.copyText', { text });
      showToast({ text: t('set.diag.copied'), tone: 'success' });
    });
  };
  const exportLog = (): void =>
    void attempt(async () => {
      const { saved } = await call('shell.exportDiagnostics', undefined);
      if (saved) showToast({ text: t('set.diag.exported'), tone: 'success' });
    });
  return (
    <div className={css['top']}>
      <Card>
        {rows.map((row) => (
          <ValueRow key={row.label} label={row.label} value={row.value} />
        ))}
      </Card>
      <h2 className={css['section']}>{t('set.diag.recalls')}</h2>
      <RecallLog recalls={recalls} />
      <div className={css['buttons']}>
        <Button onClick={refresh}>{t('set.diag.refresh')}</Button>
        <Button onClick={copy}>{t('set.diag.copy')}</Button>
        <Button onClick={exportLog}>{t('set.diag.export')}</Button>
      </div>
    </div>
  );
}

/** Programs by the names that people know. */
const PROGRAMS: Readonly<Record<string, string>> = {
  node: 'Node.js',
  electron: 'Electron',
  chrome: 'Chromium',
};

function lineText(transport: string, t: Translate): string {
  switch (transport) {
    case 'tcp':
    case 'ws':
    case 'wss':
      return t(`set.diag.line.${transport}`);
    default:
      // None yet, or one of a newer core.
      return transport || '–';
  }
}

function factsOf(
  diagnostics: Diagnostics,
  connection: ConnectionState,
  t: Translate,
): { label: string; value: string }[] {
  return [
    { label: t('set.diag.connection'), value: stateText(connection, t) },
    { label: t('set.diag.line'), value: lineText(diagnostics.transport, t) },
    {
      label: t('set.diag.ping'),
      value: diagnostics.pingMs === null ? '–' : t('login.probe.ms', { n: Math.round(diagnostics.pingMs) }),
    },
    {
      label: t('set.diag.offset'),
      value: t('login.probe.ms', { n: Math.round(diagnostics.serverOffsetMs) }),
    },
    { label: t('set.diag.outbox'), value: String(diagnostics.outboxJobs) },
    { label: t('set.storage.messages'), value: diagnostics.cachedMessages.toLocaleString() },
    { label: t('set.diag.cache'), value: byteSize(diagnostics.cacheBytes) },
    { label: t('set.diag.schema'), value: String(diagnostics.schemaVersion) },
    {
      label: t('set.diag.cursors'),
      value: t('set.diag.cursorsValue', { ...diagnostics.cursors }),
    },
    {
      label: t('set.diag.versions'),
      value: Object.entries(diagnostics.versions)
        .map(([name, version]) => `${PROGRAMS[name] ?? name} ${version}`)
        .join(', '),
    },
  ];
}
