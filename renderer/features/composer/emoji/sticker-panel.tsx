import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import type { ChannelRef } from '../../../../shared/domain.ts';
import type { StickerView } from '../../../../shared/ipc/contract/stickers.ts';
import { useT } from '../../../i18n/i18n.ts';
import { noteRecent, packTitle, usePacks } from '../../../state/composer/pack-store.ts';
import { removeSticker, useStickers } from '../../../state/composer/sticker-store.ts';
import { cx } from '../../../ui/cx.ts';
import { latePart } from '../../../ui/late-part.tsx';
import { SearchBox } from '../../../ui/search-box.tsx';
import { TextButton } from '../../../ui/text-button.tsx';
import emoji from './emoji-panel.module.css';
import { StickerBody } from './sticker-body.tsx';
import { StickerFoot } from './sticker-foot.tsx';
import css from './sticker-panel.module.css';
import { type StickerTab, useFoundStickers, useTabStickers } from './sticker-views.ts';
import { useStickerPanel } from './use-sticker-panel.ts';

const PacksDialog = latePart(async () => (await import('./packs-dialog.tsx')).PacksDialog);

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
  const { root, send, closedBy } = useStickerPanel(channel, onClose, { covered: dialog !== null });
  const field = useRef<HTMLInputElement>(null);
  const panelId = useId();
  const { offered, packs } = usePacks();
  const collects = useStickers((state) => state.offered === true);
  const keyword = query.trim();
  const ofTab = useTabStickers(tab);
  const found = useFoundStickers(keyword);
  const searching = keyword !== '';
  const shown = searching ? found : ofTab;
  const own = tab.of === 'own' && !searching;
  const ownPack = tab.of === 'pack' ? packs.find(({ category }) => category === tab.category) : undefined;

  const pick = async (sticker: StickerView, keepOpen: boolean): Promise<void> => {
    if (managing && own) {
      await removeSticker(sticker.path);
      return;
    }
    if (!(await send(sticker))) return;
    // (What is collected may be made of a message, whatever pack that says it is of, and goes with its recall.)
    if (!own) noteRecent(sticker);
    if (!keepOpen) onClose();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!closedBy(event) && isTyped(event)) field.current?.focus();
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
            empty={
              searching
                ? [t('emoji.none', { q: keyword })]
                : own
                  ? [t('sticker.empty'), t('sticker.how')]
                  : [t('pack.nothing')]
            }
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
