import { ImageDown, ImageOff, Pause, Play, RotateCcw, StarOff } from 'lucide-react';
import { useState } from 'react';
import { withoutFences } from '../../../shared/content/code-fences.ts';
import type { FavouriteView } from '../../../shared/ipc/contract/bookmarks.ts';
import { ChannelType, type MessageView } from '../../../shared/domain.ts';
import { cutWithMark } from '../../../shared/text-cut.ts';
import { type Translate, useLanguage, useT } from '../../i18n/i18n.ts';
import { byteSize, listTime, playTime } from '../../i18n/time-format.ts';
import { attempt } from '../../state/errors.ts';
import { useForgetting } from '../../state/forget.ts';
import { useSeenPicture } from '../../state/media/seen-picture.ts';
import { fetchFavourite, useFavourites } from '../../state/messages/favourites-store.ts';
import { serverNow } from '../../state/session/server-clock.ts';
import { useConnection } from '../../state/session/session-store.ts';
import { usePlaying } from '../../state/voice/voice-player.ts';
import { splitName } from '../../text/file-name.ts';
import { contentLine } from '../../text/message-text.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { FileTile, Tile } from '../../ui/file-tile.tsx';
import { FilmMark } from '../../ui/film-mark.tsx';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { MovingImage } from '../../ui/moving-image.tsx';
import { drop, openItem } from './favourite-actions.ts';
import css from './favourites.module.css';

/** So much of a text is drawn; the lines that are seen are fewer. */
const DRAWN = 1_000;

interface ItemProps {
  id: number;
  place: readonly [position: number, of: number];
  /** The one tab stop of the list. */
  stop: boolean;
}

/** What was said, and under it by whom, where and when. */
export function FavouriteItem({ id, ...rest }: ItemProps) {
  const item = useFavourites((state) => state.items.find((one) => one.id === id));
  useForgetting();
  return item ? <Item item={item} {...rest} /> : null;
}

function Item({ item, place, stop }: Omit<ItemProps, 'id'> & { item: FavouriteView }) {
  const t = useT();
  const language = useLanguage();
  const { channel, channelName, id, message } = item;
  const where = channel.channelType === ChannelType.group ? channelName : '';
  const who = message?.fromName ?? '';
  const at = (message?.timestamp ?? item.at) * 1000;
  const when = listTime(language, at, serverNow(), t('flow.yesterday'));
  const said = message ? contentLine(message.content, language) : t('fav.missing');
  return (
    <article
      data-favourite={id}
      data-testid="favourite"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- as in the flow: keys of the list open it
      tabIndex={stop ? 0 : -1}
      aria-posinset={place[0]}
      aria-setsize={place[1]}
      aria-label={[who || channelName, where, when, said]
        .filter((part) => part !== '')
        .join(language === 'zh' ? '，' : ', ')}
      className={css['item']}
    >
      <div className={css['body']}>
        {message ? <Said item={item} message={message} stop={stop} /> : <Missing item={item} stop={stop} />}
      </div>
      <div className={css['foot']}>
        <span className="ellipsis">
          <bdi>{who || channelName}</bdi>
          {where !== '' && (
            <>
              <i className="dot-separator" />
              <bdi>{where}</bdi>
            </>
          )}
          <i className="dot-separator" />
          {when}
        </span>
        <IconButton
          size={28}
          iconSize={16}
          icon={StarOff}
          tabIndex={stop ? 0 : -1}
          label={t('fav.remove')}
          className={css['drop']}
          onClick={() => drop(item)}
        />
      </div>
    </article>
  );
}

function Said({ item, message, stop }: { item: FavouriteView; message: MessageView; stop: boolean }) {
  const t = useT();
  const language = useLanguage();
  const { content } = message;
  const main = {
    type: 'button' as const,
    tabIndex: stop ? (0 as const) : (-1 as const),
    onClick: (event: React.MouseEvent<HTMLElement>) => openItem(item, event.currentTarget),
  };
  if (content.kind === 'image' || content.kind === 'video')
    return <Picture message={message} main={main} t={t} />;
  if (content.kind === 'file') {
    const { head, tail } = splitName(content.name);
    return (
      <button {...main} className={css['card']}>
        <FileTile name={content.name} className={css['sign']} />
        <span className={css['name']}>
          <span className={css['headPart']}>{head}</span>
          <span>{tail}</span>
        </span>
        <span className={css['size']}>{byteSize(content.size)}</span>
      </button>
    );
  }
  if (content.kind === 'named' && content.person) {
    return (
      <button {...main} className={css['card']}>
        <Avatar id={content.person.uid} name={content.detail} size={36} />
        <span className={css['name']}>
          <bdi className={css['headPart']}>{content.detail}</bdi>
        </span>
        <span className={css['size']}>{t('prof.personalCard')}</span>
      </button>
    );
  }
  if (content.kind === 'voice') return <Voice message={message} main={main} />;
  return (
    <button {...main} className={css['text']} dir="auto">
      {content.kind === 'text'
        ? cutWithMark(withoutFences(content.text), DRAWN)
        : contentLine(content, language)}
    </button>
  );
}

function Voice({ message, main }: { message: MessageView; main: React.ComponentProps<'button'> }) {
  const t = useT();
  const language = useLanguage();
  const isSounding = usePlaying(message.channel, message.key)?.state === 'playing';
  const words = contentLine(message.content, language);
  return (
    <button
      {...main}
      type="button"
      className={css['card']}
      aria-label={`${t(isSounding ? 'voice.pause' : 'voice.play')}${t('voice.comma')}${words}`}
    >
      <Tile className={css['sign']}>
        <Icon of={isSounding ? Pause : Play} />
      </Tile>
      <span className={css['name']}>
        <span className={css['headPart']}>{words}</span>
      </span>
    </button>
  );
}

function Picture({
  message,
  main,
  t,
}: {
  message: MessageView;
  main: React.ComponentProps<'button'>;
  t: Translate;
}) {
  const { channel, key } = message;
  const { content } = message;
  const isFilm = content.kind === 'video';
  const length = isFilm && content.seconds > 0 ? playTime(content.seconds) : '';
  const { media, broken } = useSeenPicture(channel, key);
  return (
    <button
      {...main}
      type="button"
      className={css['picture']}
      data-testid="favourite-picture"
      data-state={media?.state ?? 'none'}
      aria-label={[t(isFilm ? 'video.open' : 'media.view'), length].filter(Boolean).join(t('voice.comma'))}
    >
      {media?.state === 'ready' && media.src !== '' && (
        <MovingImage
          src={media.src}
          loopMs={media.loopMs}
          plays={isFilm ? 'never' : 'runs'}
          className={css['image']}
          onBroken={broken}
        />
      )}
      {isFilm && <FilmMark size={18} />}
      {length !== '' && <span className={css['length']}>{length}</span>}
      {!isFilm && media?.state === 'failed' && <Icon of={RotateCcw} size={20} />}
      {!isFilm && (media?.state === 'foreign' || media?.state === 'hidden') && (
        <Icon of={ImageOff} size={20} />
      )}
      {!isFilm && media?.state === 'held' && <Icon of={ImageDown} size={20} />}
    </button>
  );
}

/** Its message is not on this computer: it can be asked for. */
function Missing({ item, stop }: { item: FavouriteView; stop: boolean }) {
  const t = useT();
  const isGone = useFavourites((state) => state.missing.has(item.id));
  const online = useConnection().state === 'online';
  const [busy, setBusy] = useState(false);
  return (
    <div className={css['missing']}>
      <span>{t(isGone ? 'fav.gone' : 'fav.missing')}</span>
      {!isGone && (
        <Button
          size="small"
          tabIndex={stop ? 0 : -1}
          busy={busy}
          why={online ? null : t('off.need')}
          onClick={() => {
            setBusy(true);
            void attempt(() => fetchFavourite(item.id)).then(() => setBusy(false));
          }}
        >
          {t('fav.fetch')}
        </Button>
      )}
    </div>
  );
}
