import { ArrowDown, ArrowLeft, ArrowUp, Sticker } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { OfferedPack, PackView } from '../../../../shared/ipc/contract/packs.ts';
import type { StickerView } from '../../../../shared/ipc/contract/stickers.ts';
import { useT } from '../../../i18n/i18n.ts';
import { call } from '../../../state/bridge.ts';
import { addPack, loadPacks, orderPacks, removePack, usePacks } from '../../../state/composer/pack-store.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { announce } from '../../../ui/live-region.tsx';
import { SegmentedTabs } from '../../../ui/segmented-tabs.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { TextButton } from '../../../ui/text-button.tsx';
import { useProblem } from '../../../ui/use-problem.ts';
import { NO_ART, StickerArt, useStickerArt } from './sticker-art.tsx';
import { PackCover } from './sticker-foot.tsx';
import css from './packs-dialog.module.css';

type Page = 'store' | 'own';
type Run = (action: () => Promise<unknown>) => Promise<boolean>;

/** The store of packs, and the account's own in their order. */
export function PacksDialog({ page: first, onClose }: { page: Page; onClose: () => void }) {
  const t = useT();
  const [page, setPage] = useState<Page>(first);
  const [looked, setLooked] = useState<PackView | null>(null);
  const { problem, run, clear } = useProblem();
  const { packs, stored } = usePacks();
  const panelId = useId();
  useEffect(() => void loadPacks(), []);
  const has = (category: string): boolean => packs.some((pack) => pack.category === category);
  const look = (pack: PackView | null): void => {
    clear();
    setLooked(pack);
  };
  return (
    <Dialog
      title={looked ? looked.title : t('pack.title')}
      lead={
        looked && (
          <IconButton icon={ArrowLeft} label={t('action.back')} size={28} onClick={() => look(null)} />
        )
      }
      closeButton
      onClose={onClose}
      problem={problem}
      className={css['dialog']}
    >
      {looked ? (
        <PackDetail key={looked.category} pack={looked} added={has(looked.category)} run={run} />
      ) : (
        <>
          <div className={css['tabs']}>
            <SegmentedTabs
              label={t('pack.title')}
              tabs={[
                { id: 'store', label: t('pack.store') },
                { id: 'own', label: t('pack.own') },
              ]}
              selected={page}
              onSelect={(id) => {
                clear();
                setPage(id);
              }}
              panelId={panelId}
            />
          </div>
          <div id={panelId} role="tabpanel" className={css['page']}>
            {stored && <p className={css['note']}>{t('pack.stored')}</p>}
            {page === 'store' ? (
              <Store has={has} run={run} onLook={look} />
            ) : (
              <Own packs={packs} run={run} onLook={look} />
            )}
          </div>
        </>
      )}
    </Dialog>
  );
}

/** Asked for once each; a page more at a wish. */
function useStore() {
  const [pages, setPages] = useState<{ packs: OfferedPack[]; page: number; more: boolean } | null>(null);
  const [failed, setFailed] = useState(false);
  const [offered, setOffered] = useState(true);
  const isOpen = useRef(true);
  const ask = async (page: number, before: readonly OfferedPack[]): Promise<void> => {
    setFailed(false);
    const answer = await call('packs.store', { page }).catch(() => null);
    if (!isOpen.current) return;
    if (!answer) {
      setFailed(true);
      return;
    }
    const known = new Set(before.map(({ category }) => category));
    setOffered(answer.offered);
    setPages({
      packs: [...before, ...answer.packs.filter(({ category }) => !known.has(category))],
      page,
      more: answer.more,
    });
  };
  useEffect(() => {
    isOpen.current = true;
    void ask(1, []);
    return () => {
      isOpen.current = false;
    };
    // oxlint-disable-next-line react/exhaustive-deps -- once
  }, []);
  const next = (): void => void ask((pages?.page ?? 0) + 1, pages?.packs ?? []);
  return { offered, pages, failed, next };
}

interface ListProps {
  run: Run;
  onLook: (pack: PackView) => void;
}

function Store({ has, run, onLook }: ListProps & { has: (category: string) => boolean }) {
  const t = useT();
  const { failed, next, offered, pages } = useStore();
  if (!pages && !failed) return <SkeletonRows rows={4} />;
  if (!offered) return <EmptyState icon={Sticker} text={t('pack.noStore')} />;
  if (pages?.packs.length === 0 && !failed) return <EmptyState icon={Sticker} text={t('pack.storeEmpty')} />;
  return (
    <>
      <ul className={css['list']} aria-label={t('pack.store')}>
        {pages?.packs.map((pack) => (
          <PackRow key={pack.category} pack={pack} onLook={onLook}>
            <AddOrRemove pack={pack} added={has(pack.category)} run={run} />
          </PackRow>
        ))}
      </ul>
      {failed ? (
        <p className={css['more']} role="status">
          {t('pack.failed')} <TextButton onClick={next}>{t('error.retry')}</TextButton>
        </p>
      ) : (
        pages?.more && (
          <p className={css['more']}>
            <TextButton onClick={next}>{t('pack.more')}</TextButton>
          </p>
        )
      )}
    </>
  );
}

function PackRow({
  pack,
  onLook,
  onKeyDown,
  children,
}: {
  pack: PackView;
  onLook: (pack: PackView) => void;
  onKeyDown?: (event: KeyboardEvent) => void;
  children: ReactNode;
}) {
  const t = useT();
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the buttons inside
    <li className={css['row']} data-pack={pack.category} onKeyDown={onKeyDown}>
      <button type="button" className={css['look']} onClick={() => onLook(pack)}>
        <span className="visually-hidden">{t('pack.look')}</span>
        <PackCover pack={pack} large />
        <span className={css['words']}>
          <span className={css['name']}>{pack.title}</span>
          {pack.about !== '' && <span className={css['about']}>{pack.about}</span>}
        </span>
      </button>
      {children}
    </li>
  );
}

function AddOrRemove({ pack, added, run }: { pack: PackView; added: boolean; run: Run }) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const stored = usePacks((state) => state.stored);
  const name = pack.title;
  const act = async (): Promise<void> => {
    setBusy(true);
    const done = await run(() => (added ? removePack(pack.category) : addPack(pack.category)));
    setBusy(false);
    if (done) announce(t(added ? 'pack.removed' : 'pack.added', { name }));
  };
  return (
    <Button
      size="small"
      variant={added ? 'default' : 'primary'}
      busy={busy}
      why={stored ? t('off.need') : null}
      aria-label={t(added ? 'pack.removeOf' : 'pack.addOf', { name })}
      onClick={() => void act()}
    >
      {t(added ? 'pack.remove' : 'pack.add')}
    </Button>
  );
}

/** By its arrows, or Alt with the arrow keys. */
function Own({ packs, run, onLook }: ListProps & { packs: readonly PackView[] }) {
  const t = useT();
  const list = useRef<HTMLUListElement>(null);
  const { failed, offered, stored } = usePacks();
  const why = stored ? t('off.need') : null;
  if (packs.length === 0 && offered === null && !failed) return <SkeletonRows rows={3} />;
  if (packs.length === 0)
    return failed ? (
      <p className={css['more']} role="status">
        {t('pack.failed')} <TextButton onClick={() => void loadPacks()}>{t('error.retry')}</TextButton>
      </p>
    ) : (
      <EmptyState icon={Sticker} text={t('pack.empty')} />
    );
  const move = async (from: number, to: number): Promise<void> => {
    const pack = packs[from];
    if (!pack || stored || to < 0 || to >= packs.length) return;
    const others = packs.filter((one) => one !== pack);
    if (await run(() => orderPacks([...others.slice(0, to), pack, ...others.slice(to)])))
      announce(t('pack.moved', { name: pack.title, n: to + 1 }));
  };
  return (
    <ul ref={list} className={css['list']} aria-label={t('pack.own')}>
      {packs.map((pack, at) => (
        <PackRow
          key={pack.category}
          pack={pack}
          onLook={onLook}
          onKeyDown={(event) => {
            if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
            event.preventDefault();
            void move(at, event.key === 'ArrowUp' ? at - 1 : at + 1);
          }}
        >
          <IconButton
            icon={ArrowUp}
            size={28}
            iconSize={16}
            label={t('pack.up', { name: pack.title })}
            aria-disabled={at === 0}
            why={why}
            onClick={() => void move(at, at - 1)}
          />
          <IconButton
            icon={ArrowDown}
            size={28}
            iconSize={16}
            label={t('pack.down', { name: pack.title })}
            aria-disabled={at === packs.length - 1}
            why={why}
            onClick={() => void move(at, at + 1)}
          />
          <AddOrRemove pack={pack} added run={run} />
        </PackRow>
      ))}
    </ul>
  );
}

/** What is in a pack, before it is added. */
function PackDetail({ pack, added, run }: { pack: PackView; added: boolean; run: Run }) {
  const t = useT();
  const [stickers, setStickers] = useState<readonly StickerView[] | null>(null);
  const [failed, setFailed] = useState(false);
  const { category } = pack;
  useEffect(() => {
    if (failed) return undefined;
    let gone = false;
    void call('packs.stickers', { category }).then(
      (whole) => !gone && setStickers(whole.stickers),
      () => !gone && setFailed(true),
    );
    return () => {
      gone = true;
    };
  }, [category, failed]);
  return (
    <div className={css['detail']}>
      <div className={css['head']}>
        <span className={css['about']}>
          {pack.about}
          {stickers && pack.about !== '' && <i className="dot-separator" />}
          {stickers && t('pack.count', { n: stickers.length })}
        </span>
        <AddOrRemove pack={pack} added={added} run={run} />
      </div>
      {failed ? (
        <p className={css['more']} role="status">
          {t('pack.failed')} <TextButton onClick={() => setFailed(false)}>{t('error.retry')}</TextButton>
        </p>
      ) : stickers ? (
        <ul className={css['preview']} aria-label={pack.title}>
          {stickers.map((sticker, at) => (
            <Previewed
              key={sticker.path}
              sticker={sticker}
              label={sticker.title ?? t('pack.stickerN', { n: at + 1 })}
            />
          ))}
        </ul>
      ) : (
        <SkeletonRows rows={3} />
      )}
    </div>
  );
}

function Previewed({ sticker, label }: { sticker: StickerView; label: string }) {
  const box = useRef<HTMLLIElement>(null);
  const [art, setArt] = useStickerArt(sticker.path, box);
  return (
    <li ref={box} className={css['previewed']} title={label}>
      <span className="visually-hidden">{label}</span>
      <StickerArt
        art={art}
        placeholder={sticker.placeholder}
        className={css['art']}
        onBroken={() => setArt(NO_ART)}
      />
    </li>
  );
}
