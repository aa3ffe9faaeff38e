import { CircleAlert, FileText, Image, Link2, type LucideIcon, Mic, SearchX } from 'lucide-react';
import { type ReactNode, useEffect, useId, useState } from 'react';
import { SHARED_KINDS, type SharedKind } from '../../../shared/content/shared-kind.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import { useT } from '../../i18n/i18n.ts';
import {
  closeShared,
  load,
  NO_SHARED_FILTERS,
  openShared,
  useShared,
} from '../../state/messages/shared-store.ts';
import { useWideWindow } from '../../state/window/media-query.ts';
import { openInfoPage, setInfoOpen } from '../../state/window/ui-store.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { SegmentedTabs } from '../../ui/segmented-tabs.tsx';
import { SidePane } from '../../ui/side-pane.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { SharedEnd } from './shared-end.tsx';
import { SharedList } from './shared-list.tsx';
import css from './shared-content.module.css';

const ICONS: Record<SharedKind, LucideIcon> = { media: Image, file: FileText, link: Link2, voice: Mic };
/** Typing goes on. */
const DEBOUNCE_MS = 150;

interface SharedContentProps {
  channel: ChannelRef;
  fromUid: string | null;
  /** Unix seconds. */
  since: number | null;
  until: number | null;
  /** Buttons that choose the three above. */
  choices: ReactNode;
}

/** A page of the info pane: the pictures, files, links and voice messages of the chat. */
export function SharedContent({ channel, fromUid, since, until, choices }: SharedContentProps) {
  const t = useT();
  const wide = useWideWindow();
  const panelId = useId();
  const [kind, setKind] = useState<SharedKind>('media');
  const [text, setText] = useState('');
  const voices = useShared((state) => state.counts.voice);
  const any = useShared((state) => state.items.length > 0);
  const words = useLaterText(kind === 'file' || kind === 'link' ? text.trim() : '');

  const { channelId, channelType } = channel;
  useEffect(() => {
    void openShared({ channelId, channelType }, kind, { text: words, fromUid, since, until });
  }, [channelId, channelType, kind, words, fromUid, since, until]);
  useEffect(() => closeShared, []);

  // There is a tab for voice messages once there is one.
  const tabs = SHARED_KINDS.filter((one) => one !== 'voice' || voices > 0 || kind === one).map((id) => ({
    id,
    label: t(`shared.${id}`),
  }));
  return (
    <SidePane
      title={t('shared.title')}
      docked={wide}
      bare
      onBack={() => openInfoPage('info')}
      onClose={() => setInfoOpen(false)}
      tools={
        <div className={css['tools']}>
          <SegmentedTabs
            label={t('shared.kinds')}
            tabs={tabs}
            selected={kind}
            onSelect={(next) => {
              setKind(next);
              setText('');
            }}
            panelId={panelId}
          />
          {(kind === 'file' || kind === 'link') && (
            <SearchBox
              key={kind}
              tone="sunken"
              type="text"
              label={t(`shared.search.${kind}`)}
              className={css['search']}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
          <div className={css['choices']}>{choices}</div>
        </div>
      }
    >
      <div id={panelId} role="tabpanel" aria-label={t(`shared.${kind}`)} className={css['panel']}>
        {any ? <SharedList kind={kind} /> : <Nothing kind={kind} />}
      </div>
    </SidePane>
  );
}

/** Instead of the list: what there is to know while it is empty. */
function Nothing({ kind }: { kind: SharedKind }) {
  const t = useT();
  const status = useShared((state) => state.status);
  const filters = useShared((state) => state.filters);
  if (status === 'failed') {
    return (
      <EmptyState
        icon={CircleAlert}
        text={t('shared.failed')}
        action={<Button onClick={() => void load()}>{t('error.retry')}</Button>}
      />
    );
  }
  if (status === 'loading') return <SkeletonRows rows={5} />;
  const narrowed = JSON.stringify(filters) !== JSON.stringify(NO_SHARED_FILTERS);
  return (
    <div className={css['nothing']}>
      <EmptyState
        icon={narrowed ? SearchX : ICONS[kind]}
        text={t(narrowed ? 'shared.empty.found' : `shared.empty.${kind}`)}
      />
      <SharedEnd />
    </div>
  );
}

/** The text once nobody has typed for a moment; emptied at once. */
function useLaterText(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text), text === '' ? 0 : DEBOUNCE_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return text === '' ? '' : settled;
}
