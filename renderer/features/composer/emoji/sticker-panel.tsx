import { Plus, Sticker } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { ChannelRef } from '../../../../shared/domain.ts';
import { channelKey } from '../../../../shared/domain.ts';
import type { StickerView } from '../../../../shared/ipc/contract/stickers.ts';
import { useT } from '../../../i18n/i18n.ts';
import { cancelReply, useComposer } from '../../../state/composer/composer-store.ts';
import { noteRecent, packTitle, usePacks } from '../../../state/composer/pack-store.ts';
import {
  collectFile,
  removeSticker,
  sendSticker,
  useStickers,
} from '../../../state/composer/sticker-store.ts';
import { ImageInput } from '../../../ui/image-input.tsx';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import { latePart } from '../../../ui/late-part.tsx';
import { takeRovingKey } from '../../../ui/roving-keys.ts';
import { SearchBox } from '../../../ui/search-box.tsx';
import { TextButton } from '../../../ui/text-button.tsx';
import { useLater } from '../../../ui/use-later.ts';
import { usePressElsewhere } from '../../../ui/use-press-elsewhere.ts';
import emoji from './emoji-panel.module.css';
import { StickerCell } from './sticker-cell.tsx';
import { StickerFoot } from './sticker-foot.tsx';
import css from './sticker-panel.module.css';
import { type ShownStickers, type StickerTab, useFoundStickers, useTabStickers } from './sticker-views.ts';

const PacksDialog = latePart(async () => (await import('./packs-dialog.tsx')).PacksDialog);

const COLUMNS = 4;
const LONGEST_WORD = 50;

/** Where the panel was left, until the app ends. */
let lastTab: StickerTab | null = null;

/** Its tab, as long as there is one. */
function useTab(): [StickerTab, (tab: StickerTab) => void] {
  const collects = useStickers((state) => state.offered === true);
  const { packs, recent } = usePacks();
  const [tab, setTab] = useState(lastTab);
  const isThere = (one: StickerTab): boolean =>
    one.of === 'own'
      ? collects
      : one.of === 'recent'
        ? recent.length > 0
        : packs.some(({ category }) => category === one.category);
  const [first] = packs;
  const usual: StickerTab = collects || !first ? { of: 'own' } : { of: 'pack', category: first.category };
  const choose = (next: StickerTab): void => {
    lastTab = next;
    setTab(next);
  };
  return [tab && isThere(tab) ? tab : usual, choose];
}

/** The own collection and packs: a click sends one. What is shown is held while the panel is open and nowhere else. */
export function StickerPanel({
  channel,
  tabs,
  onClose,
}: {
  channel: ChannelRef;
  tabs: ReactNode;
  onClose: () => void;
}) {
  const t = useT();
  const [tab, setTab] = useTab();
  const [query, setQuery] = useState('');
  const [managing, setManaging] = useState(false);
  const [dialog, setDialog] = useState<'store' | 'own' | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const panelId = useId();
  const { offered, packs } = usePacks();
  const collects = useStickers((state) => state.offered === true);
  const reply = useComposer((state) => state.writings[channelKey(channel)]?.reply);
  const keyword = query.trim();
  const ofTab = useTabStickers(tab);
  const found = useFoundStickers(keyword);
  const searching = keyword !== '';
  const shown = searching ? found : ofTab;
  const own = tab.of === 'own' && !searching;
  const ownPack = tab.of === 'pack' ? packs.find(({ category }) => category === tab.category) : undefined;
  usePressElsewhere(root, () => dialog === null && onClose(), {
    isPart: (element) => element.closest('[data-emoji-button]') !== null,
  });
  useEffect(() => (root.current?.querySelector<HTMLElement>('[data-sticker]') ?? root.current)?.focus(), []);

  const pick = async (sticker: StickerView, keepOpen: boolean): Promise<void> => {
    if (managing && own) {
      await removeSticker(sticker.path);
      return;
    }
    const replyTo = reply && !reply.gone ? reply.messageId : null;
    if (!(await sendSticker(channel, sticker, replyTo))) return;
    // (What is collected may be made of a message, whatever pack that says it is of, and goes with its recall.)
    if (!own) noteRecent(sticker);
    cancelReply(channel);
    if (!keepOpen) onClose();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      onClose();
    } else if (isTyped(event)) field.current?.focus();
  };
  const group = searching ? t('emoji.hits') : (ownPack?.title ?? t(own ? 'sticker.own' : 'emoji.recent'));
  return (
    <>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of what is inside */}
      <div
        ref={root}
        role="dialog"
        aria-label={t('sticker.tab')}
        tabIndex={-1}
        className={emoji['panel']}
        data-testid="sticker-panel"
        onKeyDown={onKeyDown}
      >
        <div className={emoji['top']}>
          {tabs}
          {offered === true && (
            <SearchBox
              ref={field}
              label={t('sticker.search')}
              tone="sunken"
              className={css['search']}
              value={query}
              maxLength={LONGEST_WORD}
              onChange={(event) => setQuery(event.target.value)}
            />
          )}
        </div>
        <div id={panelId} className={cx(emoji['body'], css['body'])}>
          <StickerBody
            key={searching ? 'found' : JSON.stringify(tab)}
            shown={shown}
            group={group}
            managing={managing && own}
            empty={searching ? t('emoji.none', { q: keyword }) : own ? null : t('pack.nothing')}
            add={own && collects}
            labelOf={(sticker, index) => {
              if (managing && own) return t('sticker.removeN', { n: index + 1 });
              const [{ title }, pack] = [sticker, packTitle(packs, sticker)];
              if (own || (title === undefined && pack === '')) return t('sticker.sendN', { n: index + 1 });
              if (title === undefined) return t('sticker.sendNOf', { n: index + 1, pack });
              return pack === '' ? t('sticker.sendTitle', { title }) : t('sticker.sendOf', { title, pack });
            }}
            onPick={(sticker, keepOpen) => void pick(sticker, keepOpen)}
            onRemove={own ? (sticker) => void removeSticker(sticker.path) : null}
            more={searching ? found.more : null}
          />
        </div>
        <StickerFoot
          tab={searching ? null : tab}
          collects={collects}
          panelId={panelId}
          onTab={(next) => {
            setQuery('');
            setManaging(false);
            setTab(next);
          }}
          onStore={() => setDialog('store')}
        >
          {tab.of !== 'own' ? (
            <TextButton onClick={() => setDialog('own')}>{t('sticker.manage')}</TextButton>
          ) : (
            ofTab.stickers.length > 0 && (
              <TextButton aria-pressed={managing} onClick={() => setManaging(!managing)}>
                {t(managing ? 'action.done' : 'sticker.manage')}
              </TextButton>
            )
          )}
        </StickerFoot>
      </div>
      {dialog && <PacksDialog page={dialog} onClose={() => setDialog(null)} />}
    </>
  );
}

/** A letter that belongs into the search. */
const isTyped = ({ altKey, ctrlKey, key, metaKey, target }: KeyboardEvent): boolean =>
  key.length === 1 && key !== ' ' && !altKey && !ctrlKey && !metaKey && !(target instanceof HTMLInputElement);

interface StickerBodyProps {
  shown: ShownStickers;
  /** Names the grid. */
  group: string;
  managing: boolean;
  /** Said where there is none; null = how the own collection is filled. */
  empty: string | null;
  /** With the tile that takes one of a file. */
  add: boolean;
  labelOf: (sticker: StickerView, index: number) => string;
  onPick: (sticker: StickerView, keepOpen: boolean) => void;
  onRemove: ((sticker: StickerView) => void) | null;
  more: (() => void) | null;
}

function StickerBody({
  shown,
  group,
  managing,
  empty,
  add,
  labelOf,
  onPick,
  onRemove,
  more,
}: StickerBodyProps) {
  const t = useT();
  const [at, setAt] = useState(0);
  const grid = useRef<HTMLDivElement>(null);
  const { retry, state, stickers } = shown;
  const waits = useLater(state === 'loading', 200);
  if (state === 'loading') return waits ? <Waiting label={group} /> : <div aria-busy="true" />;
  if (state !== 'ready')
    return (
      <p className={css['empty']} role="status">
        {t(state === 'unreached' ? 'off.need' : 'sticker.failed')}{' '}
        <TextButton onClick={retry}>{t('error.retry')}</TextButton>
      </p>
    );
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.target instanceof HTMLElement) || event.target.dataset['sticker'] === undefined) return;
    const all = [...(grid.current?.querySelectorAll<HTMLElement>('[data-sticker]') ?? [])];
    const moveTo = (index: number): void => {
      setAt(index);
      all[index]?.focus();
    };
    const here = all.indexOf(event.target);
    if (takeRovingKey(event, { count: all.length, at: here, columns: COLUMNS, edges: true, moveTo })) return;
    const chosen = stickers[here];
    if (event.key === 'Delete' && chosen) onRemove?.(chosen);
  };
  return (
    <>
      {stickers.length === 0 && (
        <p className={css['empty']} role="status">
          <Icon of={Sticker} size={32} />
          <span>{empty ?? t('sticker.empty')}</span>
          {empty === null && <span>{t('sticker.how')}</span>}
        </p>
      )}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys of the cells inside */}
      <div ref={grid} className={css['grid']} onKeyDown={onKeyDown}>
        {stickers.length > 0 && (
          <div role="group" aria-label={group} className={css['cells']}>
            {stickers.map((sticker, index) => (
              <StickerCell
                key={sticker.path}
                sticker={sticker}
                label={labelOf(sticker, index)}
                managing={managing}
                tabIndex={index === Math.min(at, stickers.length - 1) ? 0 : -1}
                onPick={(keepOpen) => onPick(sticker, keepOpen)}
              />
            ))}
          </div>
        )}
        {add && <AddFile />}
      </div>
      {more && (
        <p className={css['more']}>
          <TextButton onClick={more}>{t('pack.more')}</TextButton>
        </p>
      )}
    </>
  );
}

function Waiting({ label }: { label: string }) {
  return (
    <div role="status" aria-label={label} aria-busy="true" className={css['grid']}>
      {Array.from({ length: 8 }, (_, index) => (
        <span key={index} className={css['waiting']} />
      ))}
    </div>
  );
}

/** Takes a picture of this computer into the collection, and says what one may be. */
function AddFile() {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const pick = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    setBusy(true);
    await collectFile(file).finally(() => setBusy(false));
  };
  return (
    <>
      <button
        type="button"
        className={css['add']}
        // Not `disabled`: it has the focus.
        aria-busy={busy || undefined}
        onClick={() => busy || input.current?.click()}
      >
        <Icon of={Plus} size={18} />
        <span>{t(busy ? 'sticker.adding' : 'sticker.addFile')}</span>
        <span className={css['limit']}>{t('sticker.limit')}</span>
      </button>
      <ImageInput ref={input} testId="pick-sticker" onPick={(file) => void pick(file)} />
    </>
  );
}
